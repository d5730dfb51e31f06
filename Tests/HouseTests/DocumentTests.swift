import Config
import Telemetry
import Testing

/// Checks that what is written about the code is true.
@Suite struct DocumentTests {
    @Test func `README documents every metric`() throws {
        try expectRows(MetricTable.markdown())
    }

    @Test(arguments: ProxyConfig.Role.allCases)
    func `README documents every configuration key`(_ role: ProxyConfig.Role) throws {
        try expectRows(ConfigTable.markdown(of: role))
    }

    /// Compares by cells, so that a table may be aligned for the eye.
    private func expectRows(_ table: String) throws {
        let readme = Set(try House.text("README.md").split(separator: "\n").map(cells))
        let rows = table.split(separator: "\n").filter { $0.hasPrefix("| `") }
        let missing = rows.filter { !readme.contains(cells($0)) }.joined(separator: "\n")
        if !missing.isEmpty { Issue.record("README.md lacks these rows:\n\(missing)") }
    }

    private func cells(_ row: Substring) -> [String] {
        row.split(separator: "|").map { $0.drop { $0 == " " } }.map { cell in
            String(cell.reversed().drop { $0 == " " }.reversed())
        }
    }

    @Test func `every drawing that README shows exists`() throws {
        let text = try House.text("README.md")
        for match in text.matches(of: /\]\(([^)]+\.svg)\)/) {
            #expect(House.exists(String(match.1)), "README.md shows \(match.1)")
        }
    }

    @Test func `every file that Sources/README names exists`() throws {
        let text = try House.text("Sources/README.md")
        for match in text.matches(of: /[A-Za-z0-9_+\/]+\.(?:swift|sh|py|md|modulemap)\b/) {
            let name = String(match.0)
            let isThere = House.exists("Sources/\(name)") || House.exists(name)
            #expect(isThere, "Sources/README.md names \(name), which does not exist")
        }
    }

    @Test func `the map in Sources/README has every module`() throws {
        let text = try House.text("Sources/README.md")
        for module in Set(try House.modules().map(\.module)).sorted() {
            #expect(text.contains(module), "Sources/README.md does not name \(module)")
        }
    }
}

/// The metrics of the README, generated so that the table cannot lie.
enum MetricTable {
    static func markdown() -> String {
        let head = "| metric | kind | labels | meaning |\n|---|---|---|---|\n"
        let rows = Catalogue.all.map { metric in
            let labels = metric.labels.map { "`\($0)`" }.joined(separator: ", ")
            return "| `\(metric.name)` | \(metric.kind) | \(labels) | \(metric.help) |\n"
        }
        return head + rows.joined()
    }
}
