import Telemetry
import Testing

@Suite struct MetricTests {
    @Test func `a metric without more is a bare number`() {
        let metric = Metric("a_total", .counter, help: "A.")

        #expect(metric.unit == .one)
        #expect(metric.labels.isEmpty)
        #expect(metric == Metric("a_total", .gauge, help: "B."))
    }
}
