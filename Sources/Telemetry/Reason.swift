/// The closed list of reasons why Outrider itself ended a request.
///
/// The same word stands in the answer's `code`, in `Proxy-Status`, the access log, the metric
/// label `reason` and `/status`.
package enum Reason: String, Sendable, CaseIterable {
    case malformedRequest = "malformed_request"
    case methodNotAllowed = "method_not_allowed"
    case requestTimeout = "request_timeout"
    case bodyTooLarge = "body_too_large"
    case uriTooLong = "uri_too_long"
    case expectationFailed = "expectation_failed"
    case misdirected
    case headerTooLarge = "header_too_large"
    case unsupportedCoding = "unsupported_coding"
    case versionNotSupported = "version_not_supported"
    case tooManyConnections = "too_many_connections"
    case starting
    case draining
    case breakerOpen = "breaker_open"
    case queueFull = "queue_full"
    case queueTimeout = "queue_timeout"
    case overCapacity = "over_capacity"
    case noHealthyEndpoint = "no_healthy_endpoint"
    case connectRefused = "connect_refused"
    case connectTimeout = "connect_timeout"
    case firstByteTimeout = "first_byte_timeout"
    case idleTimeout = "idle_timeout"
    case deadlineExceeded = "deadline_exceeded"
    case upstreamReset = "upstream_reset"
    case upstreamProtocolError = "upstream_protocol_error"
    case faultInjected = "fault_injected"
    case internalError = "internal"
    case clientGone = "client_gone"
}
