import Telemetry
import Testing

@Suite struct GaugeTests {
    @Test func `a gauge goes up and down`() {
        let gauge = Gauge(3)

        gauge.add(2)
        gauge.add(-7)
        let below = gauge.value
        gauge.set(9)

        #expect(below == -2)
        #expect(gauge.value == 9)
    }
}
