/// Why an attempt at an endpoint ended, as far as retry, breaker and health care.
package enum AttemptFailure: Error, Sendable, Hashable {
    case connectRefused
    case connectTimeout
    /// No TLS came about: the endpoint did not prove who it is, or refused us.
    case tlsFailed
    /// A reused connection closed before any response byte.
    case staleConnection
    /// The endpoint did not take the request up: its stream was refused, or it was going away.
    case refusedStream
    /// The connection broke before the response was complete.
    case reset
    case firstByteTimeout
    case idleTimeout
    case malformedResponse
    /// The model answered with this status.
    case status(Int)
}

extension AttemptFailure {
    /// The word of `retry.on` that covers it; `nil` is never tried again.
    package var condition: RetryPolicy.Condition? {
        switch self {
        case .connectRefused, .connectTimeout, .tlsFailed: .connect
        case .refusedStream: .refusedStream
        case .staleConnection: .staleConnection
        case .reset, .status(502): .status502
        case .status(503): .status503
        case .status(504): .status504
        case .firstByteTimeout, .idleTimeout, .malformedResponse, .status: nil
        }
    }

    /// What the breaker is told at the end of a request that failed so.
    ///
    /// A failure is the model's alone: 4xx, 429 and 501 are answers.
    package func outcome(caller: UInt64?) -> CircuitBreaker.Outcome {
        switch self {
        case .connectRefused, .connectTimeout, .tlsFailed, .staleConnection, .reset: .failure
        case .firstByteTimeout, .idleTimeout, .malformedResponse: .failure
        // It said that it did nothing, which says nothing of what it can do.
        case .refusedStream: .cancelled
        case .status(let status): CircuitBreaker.Outcome(status: status, caller: caller)
        }
    }
}

extension CircuitBreaker.Outcome {
    /// What a complete answer with this status says about the model.
    package init(status: Int, caller: UInt64?) {
        switch status {
        case 500: self = .serverError(caller: caller)
        case 502, 503, 504: self = .failure
        default: self = .success
        }
    }
}
