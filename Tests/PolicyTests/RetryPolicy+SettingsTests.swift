import Base
import Policy
import Testing

@Suite struct RetryPolicySettingsTests {
    @Test func `by default nothing is repeated that may not be`() {
        let settings = RetryPolicy.Settings()

        #expect(!settings.nonIdempotent && !settings.trustIdempotencyKey)
        #expect(settings.backoffBase <= settings.backoffMax)
    }

    @Test func `the conditions are the words of the configuration`() {
        let words = ["connect", "refusedStream", "staleConnection", "502", "503", "504"]

        #expect(RetryPolicy.Condition.allCases.map(\.rawValue) == words)
    }
}
