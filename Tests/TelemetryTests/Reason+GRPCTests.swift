import Telemetry
import Testing
import Wire

@Suite struct ReasonGRPCTests {
    @Test(arguments: [
        (Reason.queueFull, GRPCStatus.unavailable), (.breakerOpen, .unavailable),
        (.draining, .unavailable), (.connectTimeout, .unavailable), (.upstreamReset, .unavailable),
        (.bodyTooLarge, .resourceExhausted), (.authThrottled, .resourceExhausted),
        (.unauthenticated, .unauthenticated), (.forbidden, .permissionDenied),
        (.noRoute, .unimplemented), (.deadlineExceeded, .deadlineExceeded),
        (.firstByteTimeout, .deadlineExceeded), (.malformedRequest, .invalidArgument),
        (.clientGone, .cancelled), (.upstreamProtocolError, .internal),
    ])
    func `a refusal has the status that clients of gRPC act upon`(
        _ reason: Reason,
        _ status: GRPCStatus
    ) {
        #expect(reason.grpcStatus == status)
    }

    @Test(arguments: Reason.allCases) func `no refusal looks like a success`(_ reason: Reason) {
        #expect(reason.grpcStatus != .ok)
    }
}
