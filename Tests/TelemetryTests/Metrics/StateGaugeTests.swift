import Telemetry
import Testing

@Suite struct StateGaugeTests {
    @Test func `one state holds at a time`() {
        let gauge = StateGauge(["loading", "ready"])

        gauge.set(1)

        #expect(gauge.index == 1)
    }
}
