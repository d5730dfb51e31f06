/// What the model is doing, as far as requests and probes care.
package enum HealthState: String, Sendable, CaseIterable {
    /// Not yet ready since it was (re)started.
    case loading
    case ready
    /// At its concurrency limit and making progress.
    case busy
    /// Requests in flight, no byte for long, and the checks fail too.
    case stalled
    /// Answers, but only with errors that time will not mend.
    case faulted
    /// We turn away from new work ourselves.
    case draining
}

extension HealthState {
    /// The name as it is said to gateways.
    package var text: StaticString {
        switch self {
        case .loading: "loading"
        case .ready: "ready"
        case .busy: "busy"
        case .stalled: "stalled"
        case .faulted: "faulted"
        case .draining: "draining"
        }
    }

    /// Whether `/readyz` may say yes.
    package var isReady: Bool {
        switch self {
        case .ready, .busy: true
        case .loading, .stalled, .faulted, .draining: false
        }
    }

    /// Whether only a restart of the model is likely to help.
    package var isSick: Bool {
        switch self {
        case .stalled, .faulted: true
        case .loading, .ready, .busy, .draining: false
        }
    }
}
