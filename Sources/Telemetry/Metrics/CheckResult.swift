/// How an active health check ended: the label `result`.
package enum CheckResult: Int, Sendable, CaseIterable {
    case success
    case failure
    case timeout

    /// Position in the list, for the counter's cells.
    package var index: Int { rawValue }

    /// The value of the label.
    package var text: StaticString {
        switch self {
        case .success: "success"
        case .failure: "failure"
        case .timeout: "timeout"
        }
    }
}
