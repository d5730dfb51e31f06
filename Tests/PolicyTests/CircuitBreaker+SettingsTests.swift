import Base
import Policy
import Testing

@Suite struct CircuitBreakerSettingsTests {
    @Test func `the defaults agree with one another`() {
        let settings = CircuitBreaker.Settings()

        #expect(settings.openFor <= settings.maxOpenFor)
        #expect(settings.minimumCalls >= settings.consecutiveFailures)
        #expect(settings.rampUp < settings.maxOpenFor)
        #expect(settings.slowFirstByte == nil)
    }
}
