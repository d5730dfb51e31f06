/// The configuration reference of the README, generated so that it cannot lie.
package enum ConfigTable {
    /// Every key of a sidecar in the order of the reference.
    package static var rows: [ConfigRow] {
        ConfigKey<SidecarConfig>.sidecar.flatMap { $0.rows(defaults: SidecarConfig()) }
    }

    /// One Markdown table for each section, keys outside any section first.
    ///
    /// An `outbound` entry repeats the keys of `upstream` and the policies, so its table names
    /// only what is its own.
    package static func markdown() -> String {
        var order: [String] = []
        var sections: [String: [ConfigRow]] = [:]
        for row in rows where !isRepetition(row) {
            let name = section(of: row)
            if sections[name] == nil { order.append(name) }
            sections[name, default: []].append(row)
        }
        let tables = order.map { table($0, sections[$0] ?? []) }
        return tables.joined(separator: "\n")
    }

    private static let general = ""

    private static func section(of row: ConfigRow) -> String {
        let name = row.path.prefix { $0 != "." && $0 != "[" }
        let isAlone = name.count == row.path.count
        let hasParts = rows.contains {
            $0.path.hasPrefix(name + ".") || $0.path.hasPrefix(name + "[")
        }
        return isAlone && !hasParts || name == "listen" ? general : String(name)
    }

    private static func isRepetition(_ row: ConfigRow) -> Bool {
        row.path.hasPrefix("outbound[].")
            && !["listen", "service", "endpoints"].contains(row.path.dropFirst(11))
    }

    private static func table(_ section: String, _ rows: [ConfigRow]) -> String {
        let title = section == general ? "#### General" : "#### `\(section)`"
        let head = "| key | type | default | bound | effect |\n|---|---|---|---|---|"
        let lines = rows.map { row in
            let fallback = row.fallback == "required" ? "required" : "`\(row.fallback)`"
            let cells = ["`\(row.path)`", row.type, fallback, row.bound, row.effect]
            return "| \(cells.map(escaped).joined(separator: " | ")) |"
        }
        return "\(title)\n\n\(head)\n\(lines.joined(separator: "\n"))\n"
    }

    private static func escaped(_ cell: String) -> String {
        cell.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}
