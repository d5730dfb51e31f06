import Telemetry
import Testing

@Suite struct CatalogueTests {
    @Test func `names are distinct`() {
        let names = Catalogue.all.map { "\($0.name)" }

        #expect(Set(names).count == names.count)
    }

    @Test(arguments: Catalogue.all) func `names say kind and unit as Prometheus wants`(
        _ metric: Metric
    ) {
        let name = "\(metric.name)"
        let bare = name.hasSuffix("_total") ? String(name.dropLast(6)) : name

        #expect(name.wholeMatch(of: /[a-z][a-z0-9]*(_[a-z0-9]+)*/) != nil)
        #expect(name.hasSuffix("_total") == (metric.kind == .counter))
        #expect(bare.hasSuffix("_seconds") == (metric.unit == .seconds))
        #expect(bare.hasSuffix("_bytes") == (metric.unit == .bytes))
    }

    @Test(arguments: Catalogue.all) func `help is one plain sentence`(_ metric: Metric) {
        let help = "\(metric.help)"

        #expect(help.hasSuffix("."))
        #expect(!help.contains { $0 == "\\" || $0 == "\n" || $0 == "\"" })
    }
}
