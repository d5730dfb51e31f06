import Telemetry
import Testing

@Suite struct ReasonTests {
    @Test func `the codes are distinct and in snake case`() {
        let codes = Reason.allCases.map { "\($0.code)" }

        #expect(Set(codes).count == codes.count)
        #expect(codes.allSatisfy { $0.wholeMatch(of: /[a-z]+(_[a-z]+)*/) != nil })
    }

    @Test func `indices count the list`() {
        #expect(Reason.allCases.map(\.index) == Array(Reason.allCases.indices))
    }

    @Test(arguments: [
        (Reason.malformedRequest, 400, "malformed_request", "invalid_request_error"),
        (.headerTooLarge, 431, "header_too_large", "invalid_request_error"),
        (.unsupportedCoding, 501, "unsupported_coding", "server_error"),
        (.versionNotSupported, 505, "version_not_supported", "server_error"),
        (.breakerOpen, 503, "breaker_open", "server_error"),
        (.queueFull, 503, "queue_full", "server_error"),
        (.connectTimeout, 504, "connect_timeout", "server_error"),
        (.upstreamReset, 502, "upstream_reset", "server_error"),
        (.unauthenticated, 401, "unauthenticated", "authentication_error"),
        (.forbidden, 403, "forbidden", "permission_error"),
        (.authThrottled, 429, "auth_throttled", "rate_limit_error"),
        (.noRoute, 404, "no_route", "not_found_error"),
        (.internalError, 500, "internal", "server_error"),
        (.clientGone, 499, "client_gone", "invalid_request_error"),
    ]) func `a reason has one status`(
        _ reason: Reason,
        _ status: Int,
        _ code: String,
        _ type: String
    ) {
        #expect(reason.status == status)
        #expect("\(reason.code)" == code)
        #expect("\(reason.errorType)" == type)
    }

    @Test(arguments: Reason.allCases) func `the proxy status type is registered (RFC 9209 §2.3)`(
        _ reason: Reason
    ) {
        let registered: Set = [
            "destination_unavailable", "connection_refused", "connection_terminated",
            "connection_timeout", "connection_read_timeout", "connection_limit_reached",
            "http_response_timeout", "http_protocol_error", "http_request_error",
            "proxy_internal_response", "proxy_internal_error", "http_request_denied",
            "destination_not_found", "tls_protocol_error",
        ]

        #expect(registered.contains("\(reason.proxyStatusType)"))
        #expect("\(reason.message)".hasSuffix("."))
    }
}
