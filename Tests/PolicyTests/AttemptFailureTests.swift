import Policy
import Testing

@Suite struct AttemptFailureTests {
    @Test(arguments: [
        AttemptFailure.connectRefused, .connectTimeout, .staleConnection, .reset,
        .firstByteTimeout, .idleTimeout, .malformedResponse,
        .status(502), .status(503), .status(504),
    ]) func `what the model did wrong is a failure`(_ failure: AttemptFailure) {
        #expect(failure.outcome(caller: 1) == .failure)
    }

    @Test func `a 500 keeps its caller`() {
        #expect(AttemptFailure.status(500).outcome(caller: 7) == .serverError(caller: 7))
        #expect(CircuitBreaker.Outcome(status: 500, caller: nil) == .serverError(caller: nil))
    }

    @Test(arguments: [200, 204, 301, 400, 404, 408, 429, 499, 501, 505])
    func `4xx, 429 and 501 are answers`(_ status: Int) {
        #expect(CircuitBreaker.Outcome(status: status, caller: 1) == .success)
    }
}
