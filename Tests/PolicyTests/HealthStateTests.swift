import Policy
import Testing

@Suite struct HealthStateTests {
    @Test func `ready and busy take requests, stalled and faulted are sick`() {
        #expect(HealthState.allCases.filter(\.isReady) == [.ready, .busy])
        #expect(HealthState.allCases.filter(\.isSick) == [.stalled, .faulted])
    }

    @Test func `the words are those of the status page`() {
        let words = ["loading", "ready", "busy", "stalled", "faulted", "draining"]

        #expect(HealthState.allCases.map(\.rawValue) == words)
        #expect(HealthState.allCases.map { "\($0.text)" } == words)
    }
}
