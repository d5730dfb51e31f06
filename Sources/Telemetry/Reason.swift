/// The closed list of reasons why Outrider itself ended a request.
///
/// The same word stands in the answer's `code`, in `Proxy-Status`, the access log, the metric
/// label `reason` and `/status`. What follows from a reason is said in the tables below and
/// nowhere else.
package enum Reason: UInt8, Sendable, CaseIterable {
    case malformedRequest
    case methodNotAllowed
    case requestTimeout
    case bodyTooLarge
    case uriTooLong
    case expectationFailed
    case misdirected
    case headerTooLarge
    case unsupportedCoding
    case versionNotSupported
    case unauthenticated
    case forbidden
    case authThrottled
    case noRoute
    case tooManyConnections
    case starting
    case draining
    case breakerOpen
    case queueFull
    case queueTimeout
    case overCapacity
    case noHealthyEndpoint
    case connectRefused
    case connectTimeout
    case firstByteTimeout
    case idleTimeout
    case deadlineExceeded
    case upstreamReset
    case upstreamProtocolError
    case upstreamTLSFailed
    case faultInjected
    case internalError
    case clientGone

    /// Position in the list, for arrays that hold one cell per reason.
    package var index: Int { Int(rawValue) }

    /// The `type` of the JSON error body, as clients of AI services know it.
    package var errorType: StaticString { Self.errorType(ofStatus: status) }

    /// The `type` that goes with a status; that of an injected fault is configured.
    package static func errorType(ofStatus status: Int) -> StaticString {
        switch status {
        case 401: "authentication_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 429: "rate_limit_error"
        case 400..<500: "invalid_request_error"
        default: "server_error"
        }
    }
}

extension Reason {
    /// The status of the answer, or the one that is logged when none can be sent any more.
    ///
    /// An injected fault is answered as configured; 503 stands where nothing else is said.
    package var status: Int {
        switch self {
        case .malformedRequest: 400
        case .methodNotAllowed: 405
        case .requestTimeout: 408
        case .bodyTooLarge: 413
        case .uriTooLong: 414
        case .expectationFailed: 417
        case .misdirected: 421
        case .headerTooLarge: 431
        case .unsupportedCoding: 501
        case .versionNotSupported: 505
        case .unauthenticated: 401
        case .forbidden: 403
        case .authThrottled: 429
        case .noRoute: 404
        case .tooManyConnections, .starting, .draining, .breakerOpen, .queueFull, .queueTimeout,
            .overCapacity, .noHealthyEndpoint, .connectRefused, .faultInjected:
            503
        case .connectTimeout, .firstByteTimeout, .idleTimeout, .deadlineExceeded:
            504
        case .upstreamReset, .upstreamProtocolError, .upstreamTLSFailed:
            502
        case .internalError: 500
        case .clientGone: 499
        }
    }

    /// The error type of the `Proxy-Status` field (RFC 9209 §2.3).
    package var proxyStatusType: StaticString {
        switch self {
        case .malformedRequest, .methodNotAllowed, .requestTimeout, .bodyTooLarge, .uriTooLong,
            .expectationFailed, .misdirected, .headerTooLarge, .unsupportedCoding,
            .versionNotSupported, .clientGone:
            "http_request_error"
        case .unauthenticated, .forbidden, .authThrottled: "http_request_denied"
        case .noRoute: "destination_not_found"
        case .tooManyConnections, .queueFull, .queueTimeout, .overCapacity:
            "connection_limit_reached"
        case .starting, .breakerOpen, .noHealthyEndpoint:
            "destination_unavailable"
        case .draining, .faultInjected:
            "proxy_internal_response"
        case .connectRefused: "connection_refused"
        case .connectTimeout: "connection_timeout"
        case .firstByteTimeout, .deadlineExceeded:
            "http_response_timeout"
        case .idleTimeout: "connection_read_timeout"
        case .upstreamReset: "connection_terminated"
        case .upstreamProtocolError: "http_protocol_error"
        case .upstreamTLSFailed: "tls_protocol_error"
        case .internalError: "proxy_internal_error"
        }
    }

    /// The word that names this reason wherever it is written.
    package var code: StaticString {
        switch self {
        case .malformedRequest: "malformed_request"
        case .methodNotAllowed: "method_not_allowed"
        case .requestTimeout: "request_timeout"
        case .bodyTooLarge: "body_too_large"
        case .uriTooLong: "uri_too_long"
        case .expectationFailed: "expectation_failed"
        case .misdirected: "misdirected"
        case .headerTooLarge: "header_too_large"
        case .unsupportedCoding: "unsupported_coding"
        case .versionNotSupported: "version_not_supported"
        case .unauthenticated: "unauthenticated"
        case .forbidden: "forbidden"
        case .authThrottled: "auth_throttled"
        case .noRoute: "no_route"
        case .tooManyConnections: "too_many_connections"
        case .starting: "starting"
        case .draining: "draining"
        case .breakerOpen: "breaker_open"
        case .queueFull: "queue_full"
        case .queueTimeout: "queue_timeout"
        case .overCapacity: "over_capacity"
        case .noHealthyEndpoint: "no_healthy_endpoint"
        case .connectRefused: "connect_refused"
        case .connectTimeout: "connect_timeout"
        case .firstByteTimeout: "first_byte_timeout"
        case .idleTimeout: "idle_timeout"
        case .deadlineExceeded: "deadline_exceeded"
        case .upstreamReset: "upstream_reset"
        case .upstreamProtocolError: "upstream_protocol_error"
        case .upstreamTLSFailed: "upstream_tls_failed"
        case .faultInjected: "fault_injected"
        case .internalError: "internal"
        case .clientGone: "client_gone"
        }
    }

    /// A sentence for people, where the caller has nothing more exact to say.
    package var message: StaticString {
        switch self {
        case .malformedRequest: "The request is malformed."
        case .methodNotAllowed: "This method is not allowed here."
        case .requestTimeout: "The request took too long to arrive."
        case .bodyTooLarge: "The request body is larger than allowed."
        case .uriTooLong: "The request target is longer than allowed."
        case .expectationFailed: "The expectation cannot be met."
        case .misdirected: "This host is not served here."
        case .headerTooLarge: "The request header is larger than allowed."
        case .unsupportedCoding: "This transfer coding is not supported."
        case .versionNotSupported: "This HTTP version is not supported."
        case .unauthenticated: "A valid credential is needed."
        case .forbidden: "This credential does not allow that."
        case .authThrottled: "Too many requests with bad credentials came from this address."
        case .noRoute: "Nothing is served at this address."
        case .tooManyConnections: "Too many connections are open."
        case .starting: "The model is still starting."
        case .draining: "This instance is going away."
        case .breakerOpen: "The model has been failing."
        case .queueFull: "Too many requests are waiting."
        case .queueTimeout: "The request waited too long for its turn."
        case .overCapacity: "There is no room for this request now."
        case .noHealthyEndpoint: "No endpoint of the model is healthy."
        case .connectRefused: "The model refused the connection."
        case .connectTimeout: "The model accepted no connection in time."
        case .firstByteTimeout: "The model did not begin its answer in time."
        case .idleTimeout: "The model stopped in the middle of its answer."
        case .deadlineExceeded: "The deadline of the request has passed."
        case .upstreamReset: "The model closed the connection before its answer was complete."
        case .upstreamProtocolError: "The answer of the model was not valid HTTP."
        case .upstreamTLSFailed: "No secure connection to the model came about."
        case .faultInjected: "A fault was injected by configuration."
        case .internalError: "The proxy failed."
        case .clientGone: "The client went away."
        }
    }
}
