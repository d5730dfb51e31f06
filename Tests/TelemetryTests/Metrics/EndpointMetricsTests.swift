import Base
import Testing

@testable import Telemetry

@Suite struct EndpointMetricsTests {
    @Test func `a breaker's move is shown and counted`() {
        let registry = MetricRegistry()
        let metrics = EndpointMetrics(service: "m", endpoint: "a:1", registry: registry)

        metrics.breakerMoved(to: .open)
        let text = written { PrometheusText.append(registry, to: &$0) }

        #expect(text.contains("outrider_breaker_state{service=\"m\",endpoint=\"a:1\"} 2\n"))
        #expect(text.contains("{service=\"m\",endpoint=\"a:1\",to=\"open\"} 1\n"))
    }

    @Test func `a withdrawn endpoint leaves no series`() throws {
        let registry = MetricRegistry()
        let metrics = EndpointMetrics(service: "m", endpoint: "a:1", registry: registry)

        metrics.withdraw(from: registry)
        let text = written { PrometheusText.append(registry, to: &$0) }

        #expect(try ExpositionReader(text).samples.isEmpty)
    }
}
