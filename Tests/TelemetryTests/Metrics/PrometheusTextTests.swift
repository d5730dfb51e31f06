import Base
import Telemetry
import Testing
import Wire

@Suite struct PrometheusTextTests {
    private static func everything() -> MetricRegistry {
        let registry = MetricRegistry()
        _ = ProcessMetrics(version: "1.0", registry: registry)
        registry.add(Catalogue.routeRequests, ["chat", "m", "1", "no_route"], .counter(Counter()))
        registry.add(Catalogue.certificateExpiry, ["a.pem"], .gauge(Gauge()))
        for service in ["model", "we\"ird\\ser\nvice"] {
            let server = ServerMetrics(service: service, version: "1", registry: registry)
            let endpoint = EndpointMetrics(
                service: service,
                version: "1",
                endpoint: "a:1",
                registry: registry
            )
            var record = RequestRecord()
            record.finished = Instant(nanoseconds: 2_000_000)
            record.status = 200
            server.observe(record)
            endpoint.observe(.milliseconds(1), method: .get, status: 200)
        }
        return registry
    }

    @Test func `every metric of the catalogue appears exactly once, with series`() throws {
        let text = written { PrometheusText.append(Self.everything(), to: &$0) }

        let reader = try ExpositionReader(text)
        #expect(reader.families.map(\.name) == Catalogue.all.map { "\($0.name)" })
        for metric in Catalogue.all {
            let name = "\(metric.name)" + (metric.kind == .histogram ? "_count" : "")
            let own = reader.samples.filter { $0.name == name }
            #expect(!own.isEmpty, "\(metric.name)")
            #expect(own.allSatisfy { Set($0.labels.keys) == Set(metric.labels.map { "\($0)" }) })
        }
    }

    @Test func `an empty registry still says what there could be`() throws {
        let text = written { PrometheusText.append(MetricRegistry(), to: &$0) }

        let reader = try ExpositionReader(text)
        #expect(reader.families.count == Catalogue.all.count)
        #expect(reader.samples.isEmpty)
    }

    @Test func `OpenMetrics names counters without total and ends with EOF`() {
        let registry = Self.everything()

        let text = written { PrometheusText.append(registry, format: .openMetrics, to: &$0) }

        #expect(text.contains("# TYPE outrider_retries counter\noutrider_retries_total{"))
        #expect(text.contains("# TYPE process_cpu_seconds counter\nprocess_cpu_seconds_total 0"))
        #expect(text.hasSuffix("\n# EOF\n"))
    }
}
