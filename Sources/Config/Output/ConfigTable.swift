/// The configuration reference of the README, generated so that it cannot lie.
package enum ConfigTable {
    /// Every key of `role` in the order of the reference.
    package static func rows(of role: ProxyConfig.Role) -> [ConfigRow] {
        switch role {
        case .sidecar:
            ConfigKey<SidecarConfig>.sidecar.flatMap { $0.rows(defaults: SidecarConfig()) }
        case .gateway:
            ConfigKey<GatewayConfig>.gateway.flatMap { $0.rows(defaults: GatewayConfig()) }
        }
    }

    /// One Markdown table for each section, keys outside any section first.
    ///
    /// An `outbound` entry and a service repeat the keys of `upstream` and the policies, and a
    /// gateway repeats much of a sidecar; the tables name only what is their own.
    package static func markdown(of role: ProxyConfig.Role) -> String {
        let all = rows(of: role)
        let known = Set(rows(of: .sidecar))
        var order: [String] = []
        var sections: [String: [ConfigRow]] = [:]
        for row in all where !isRepetition(row, of: known, in: role) {
            let name = section(of: row, among: all)
            if sections[name] == nil { order.append(name) }
            sections[name, default: []].append(row)
        }
        let tables = order.map { table($0, sections[$0] ?? []) }
        return tables.joined(separator: "\n")
    }

    private static let general = ""
    private static let service = "services.NAME."

    private static func section(of row: ConfigRow, among rows: [ConfigRow]) -> String {
        let name = row.path.prefix { $0 != "." && $0 != "[" }
        let isAlone = name.count == row.path.count
        let hasParts = rows.contains {
            $0.path.hasPrefix(name + ".") || $0.path.hasPrefix(name + "[")
        }
        return isAlone && !hasParts || name == "listen" ? general : String(name)
    }

    private static func isRepetition(
        _ row: ConfigRow,
        of known: Set<ConfigRow>,
        in role: ProxyConfig.Role
    ) -> Bool {
        switch role {
        case .sidecar:
            return row.path.hasPrefix("outbound[].")
                && !["listen", "service", "endpoints"].contains(row.path.dropFirst(11))
        case .gateway:
            guard row.path.hasPrefix(service) else { return known.contains(row) }
            let path = row.path.dropFirst(service.count)
            return [String(path), "upstream.\(path)"].contains { path in
                var same = row
                same.path = path
                return known.contains(same)
            }
        }
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
