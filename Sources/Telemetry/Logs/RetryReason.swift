/// What failed before an attempt was made again: the label `reason` of the retry counter.
package enum RetryReason: UInt8, Sendable, CaseIterable {
    case connectRefused
    case connectTimeout
    case tlsFailed
    case staleConnection
    case refusedStream
    case reset
    case timeout
    case malformedResponse
    case badGateway
    case unavailable
    case gatewayTimeout

    /// Position in the list, for the counter's cells.
    package var index: Int { Int(rawValue) }

    /// The word in metrics and logs; a status stands for itself.
    package var text: StaticString {
        switch self {
        case .connectRefused: "connect_refused"
        case .connectTimeout: "connect_timeout"
        case .tlsFailed: "tls_failed"
        case .staleConnection: "stale_connection"
        case .refusedStream: "refused_stream"
        case .reset: "reset"
        case .timeout: "timeout"
        case .malformedResponse: "malformed_response"
        case .badGateway: "502"
        case .unavailable: "503"
        case .gatewayTimeout: "504"
        }
    }
}

/// The reasons of all retries of one request.
package struct RetryReasons: OptionSet, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    package init(_ reason: RetryReason) {
        self.init(rawValue: 1 << UInt16(reason.rawValue))
    }
}
