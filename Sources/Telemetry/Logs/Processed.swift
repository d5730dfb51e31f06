/// Whether any byte of a request reached the model: `x-outrider-processed`.
package enum Processed: UInt8, Sendable, CaseIterable {
    case no
    /// Some bytes were sent and nothing came back.
    case maybe
    /// The model answered.
    case yes

    /// The word in the header and in the log.
    package var text: StaticString {
        switch self {
        case .no: "no"
        case .maybe: "maybe"
        case .yes: "yes"
        }
    }
}
