import Base
import Policy
import Testing

@testable import Config

@Suite struct PolicySchemaTests {
    @Test func `the keys of retry reach their fields`() throws {
        let text = """
            { retry: { attempts: 3, on: ["502"], budget: { ratio: 0.3, floor: 4 },
                backoff: { base: "1ms", max: "2ms" }, replayBody: "1KiB", maxRetryAfter: "5s",
                trustIdempotencyKey: true, nonIdempotent: true } }
            """

        let retry = try ConfigText(text).sidecar().upstream.retry

        #expect(retry.attempts == 3 && retry.on == [.status502])
        #expect(retry.budgetRatio == 0.3 && retry.budgetFloor == 4)
        #expect(retry.backoffBase == .milliseconds(1) && retry.backoffMax == .milliseconds(2))
        #expect(retry.replayBody == .kibibytes(1) && retry.maxRetryAfter == .seconds(5))
        #expect(retry.trustIdempotencyKey && retry.nonIdempotent)
    }

    @Test func `the keys of breaker reach their fields`() throws {
        let text = """
            { breaker: { consecutiveFailures: 2, failureRate: 0.3, minimumCalls: 4, window: "5s",
                slowCall: { firstByte: "6s", rate: 0.7 }, openFor: "8s", maxOpenFor: "9s",
                jitter: 0.1, halfOpenProbes: 11, rampUp: "12s" } }
            """

        let breaker = try ConfigText(text).sidecar().upstream.breaker

        #expect(breaker.consecutiveFailures == 2 && breaker.failureRate == 0.3)
        #expect(breaker.minimumCalls == 4 && breaker.window == .seconds(5))
        #expect(breaker.slowFirstByte == .seconds(6) && breaker.slowRate == 0.7)
        #expect(breaker.openFor == .seconds(8) && breaker.maxOpenFor == .seconds(9))
        #expect(breaker.jitter == 0.1 && breaker.halfOpenProbes == 11)
        #expect(breaker.rampUp == .seconds(12))
    }

    @Test func `the keys of admission reach their fields`() throws {
        let text = """
            { admission: { concurrency: 2, queue: 3, queueTimeout: "4s", shadow: true,
                priorities: false } }
            """

        let admission = try ConfigText(text).sidecar().upstream.admission

        #expect(admission.concurrency == 2 && admission.queue == 3)
        #expect(admission.queueTimeout == .seconds(4))
        #expect(admission.shadow && !admission.priorities)
    }
}
