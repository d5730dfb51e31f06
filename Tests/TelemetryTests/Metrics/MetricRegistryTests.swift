import Testing

@testable import Telemetry

@Suite struct MetricRegistryTests {
    @Test func `a cell with the same labels is replaced`() {
        let registry = MetricRegistry()

        registry.add(Catalogue.queueDepth, ["model", ""], .gauge(Gauge(1)))
        registry.add(Catalogue.queueDepth, ["other", ""], .gauge(Gauge(2)))
        registry.add(Catalogue.queueDepth, ["model", ""], .gauge(Gauge(3)))

        #expect(
            registry.entries(of: Catalogue.queueDepth).map(\.values) == [
                ["other", ""], ["model", ""],
            ]
        )
    }

    @Test func `a removed cell is shown no more`() {
        let registry = MetricRegistry()
        registry.add(Catalogue.queueDepth, ["model", ""], .gauge(Gauge(1)))

        registry.remove(Catalogue.queueDepth, ["model", ""])

        #expect(registry.entries(of: Catalogue.queueDepth).isEmpty)
    }
}
