package import Config
package import Policy
package import Telemetry
package import Wire

/// From causes to the one closed list of reasons; the reaction to every failure stands here.
package enum LocalReply {
    /// What a connection over the limit is told: the same bytes always, no parsing, then the end.
    static func tooManyConnections(isGateway: Bool) -> [UInt8] {
        isGateway ? ofGateway : ofSidecar
    }

    /// What a request in plain HTTP is told where TLS is spoken.
    static let plainHTTP: StaticString = """
        HTTP/1.1 400 Bad Request\r
        content-type: application/json\r
        content-length: 180\r
        cache-control: no-store\r
        connection: close\r
        server: outrider\r
        \r
        {"error":{"message":"This port speaks TLS: write https in place of http.",\
        "type":"invalid_request_error","code":"malformed_request","param":null,\
        "request_id":null,"trace_id":null}}
        """

    static let ofSidecar = tooManyConnections(by: "outrider-sidecar")
    static let ofGateway = tooManyConnections(by: "outrider-gateway")

    private static func tooManyConnections(by role: String) -> [UInt8] {
        let text = """
            HTTP/1.1 503 Service Unavailable\r
            content-type: application/json\r
            content-length: 153\r
            cache-control: no-store\r
            connection: close\r
            server: outrider\r
            proxy-status: \(role); error=connection_limit_reached; details="too_many_connections"\r
            x-outrider-processed: no\r
            x-should-retry: true\r
            retry-after: 1\r
            retry-after-ms: 1000\r
            \r
            {"error":{"message":"Too many connections are open.","type":"server_error",\
            "code":"too_many_connections","param":null,"request_id":null,"trace_id":null}}
            """
        return Array(text.utf8)
    }

    /// Why a head was refused.
    package static func reason(of failure: RequestHeadParser.Failure) -> Reason {
        switch failure {
        case .headTooLarge, .tooManyFields: .headerTooLarge
        case .uriTooLong: .uriTooLong
        case .unsupportedVersion: .versionNotSupported
        case .unsupportedTransferCoding: .unsupportedCoding
        case .unsupportedExpectation: .expectationFailed
        default: .malformedRequest
        }
    }

    /// Why a head in HTTP/2 was refused, told by the status that says so.
    package static func reason(ofStatus status: Int) -> Reason {
        switch status {
        case 405: .methodNotAllowed
        case 414: .uriTooLong
        case 417: .expectationFailed
        case 431: .headerTooLarge
        default: .malformedRequest
        }
    }

    /// Why an attempt that is not tried again ended the request.
    package static func reason(of failure: AttemptFailure) -> Reason {
        switch failure {
        case .connectRefused: .connectRefused
        case .connectTimeout: .connectTimeout
        case .tlsFailed: .upstreamTLSFailed
        case .staleConnection, .refusedStream, .reset: .upstreamReset
        case .firstByteTimeout: .firstByteTimeout
        case .idleTimeout: .idleTimeout
        case .malformedResponse: .upstreamProtocolError
        case .status: .internalError
        }
    }

    /// The word for a retry in the metric.
    package static func retryReason(of failure: AttemptFailure) -> RetryReason {
        switch failure {
        case .connectRefused: .connectRefused
        case .connectTimeout: .connectTimeout
        case .tlsFailed: .tlsFailed
        case .staleConnection: .staleConnection
        case .refusedStream: .refusedStream
        case .reset: .reset
        case .firstByteTimeout, .idleTimeout: .timeout
        case .malformedResponse: .malformedResponse
        case .status(502): .badGateway
        case .status(504): .gatewayTimeout
        case .status: .unavailable
        }
    }

    /// The status that the client sees.
    package static func status(of reason: Reason, _ config: ServerConfig) -> Int {
        let status =
            reason == .faultInjected ? config.faults?.abort ?? reason.status : reason.status
        if status >= 500, let fallback = config.fallback { return fallback.status }
        return status
    }
}
