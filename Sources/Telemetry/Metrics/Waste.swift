/// Why nobody received what the model had worked on: the label `reason` of the wasted time.
package enum Waste: Int, Sendable, CaseIterable {
    case clientGone
    case timeout
    case deadline

    /// Position in the list, for the counter's cells.
    package var index: Int { rawValue }

    /// The value of the label.
    package var text: StaticString {
        switch self {
        case .clientGone: "client_gone"
        case .timeout: "timeout"
        case .deadline: "deadline"
        }
    }

    /// What a request that ended for `reason` has wasted, if anything.
    package init?(_ reason: Reason) {
        switch reason {
        case .clientGone: self = .clientGone
        case .firstByteTimeout, .idleTimeout: self = .timeout
        case .deadlineExceeded: self = .deadline
        case .malformedRequest, .methodNotAllowed, .requestTimeout, .bodyTooLarge, .uriTooLong,
            .expectationFailed, .misdirected, .headerTooLarge, .unsupportedCoding,
            .versionNotSupported, .unauthenticated, .forbidden, .authThrottled, .noRoute,
            .tooManyConnections, .starting, .draining, .breakerOpen,
            .queueFull, .queueTimeout, .overCapacity, .noHealthyEndpoint, .connectRefused,
            .connectTimeout, .upstreamReset, .upstreamProtocolError, .upstreamTLSFailed,
            .faultInjected, .internalError:
            return nil
        }
    }
}
