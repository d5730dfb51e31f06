import Base
import Telemetry
import Testing

@Suite struct ProcessMetricsTests {
    @Test func `connections are counted per side`() {
        let registry = MetricRegistry()
        let metrics = ProcessMetrics(version: "1.2", registry: registry)

        metrics.connectionOpened(.downstream)
        metrics.connectionOpened(.downstream)
        metrics.connectionClosed(.downstream)
        metrics.configReloaded(isSuccess: false)
        let text = written { PrometheusText.append(registry, to: &$0) }

        #expect(text.contains("outrider_connections{side=\"downstream\"} 1\n"))
        #expect(text.contains("outrider_connections_total{side=\"downstream\"} 2\n"))
        #expect(text.contains("outrider_config_reloads_total{result=\"failure\"} 1\n"))
        #expect(text.contains("outrider_build_info{version=\"1.2\"} 1\n"))
    }
}
