import Base
import Config
import Policy
import Telemetry
import Testing
import Wire

@testable import Proxy

@Suite struct LocalReplyTests {
    @Test(
        arguments: [
            (RequestHeadParser.Failure.headTooLarge, Reason.headerTooLarge),
            (.tooManyFields, .headerTooLarge),
            (.uriTooLong, .uriTooLong),
            (.unsupportedVersion, .versionNotSupported),
            (.unsupportedTransferCoding, .unsupportedCoding),
            (.unsupportedExpectation, .expectationFailed),
            (.malformedRequestLine, .malformedRequest),
            (.conflictingLengths, .malformedRequest),
        ]
    ) func `a refused head has its reason`(
        _ failure: RequestHeadParser.Failure,
        _ reason: Reason
    ) {
        #expect(LocalReply.reason(of: failure) == reason)
    }

    @Test(
        arguments: [
            (AttemptFailure.connectRefused, Reason.connectRefused, 503),
            (.connectTimeout, .connectTimeout, 504),
            (.staleConnection, .upstreamReset, 502),
            (.reset, .upstreamReset, 502),
            (.firstByteTimeout, .firstByteTimeout, 504),
            (.idleTimeout, .idleTimeout, 504),
            (.malformedResponse, .upstreamProtocolError, 502),
        ]
    ) func `a failed attempt has its reason and status`(
        _ failure: AttemptFailure,
        _ reason: Reason,
        _ status: Int
    ) {
        #expect(LocalReply.reason(of: failure) == reason)
        #expect(LocalReply.status(of: reason, ServerConfig()) == status)
    }

    @Test(arguments: Reason.allCases) func `a status is the reason's own`(_ reason: Reason) {
        #expect(LocalReply.status(of: reason, ServerConfig()) == reason.status)
    }

    @Test func `a fallback stands in for 5xx only`() {
        var config = ServerConfig()
        config.fallback = FallbackConfig()

        #expect(LocalReply.status(of: .breakerOpen, config) == 200)
        #expect(LocalReply.status(of: .bodyTooLarge, config) == 413)
    }

    @Test(arguments: [(502, RetryReason.badGateway), (503, .unavailable), (504, .gatewayTimeout)])
    func `a retry's word tells the status`(_ status: Int, _ reason: RetryReason) {
        #expect(LocalReply.retryReason(of: .status(status)) == reason)
    }

    @Test(arguments: [LocalReply.ofSidecar, LocalReply.ofGateway])
    func `the static refusal has the length it declares`(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1)

        #expect(parts.count == 2)
        #expect(parts[0].contains("content-length: \(parts[1].utf8.count)\r\n"))
    }
}
