import Testing

@testable import Config

@Suite struct ConfigTableTests {
    @Test func `the reference has a row for every key`() {
        let markdown = ConfigTable.markdown(of: .sidecar)

        let missing = ConfigKey<SidecarConfig>.sidecar.filter {
            !markdown.contains("| `\($0.path)` |")
        }
        #expect(missing.map(\.path).isEmpty)
    }

    @Test func `a gateway's reference has its own keys and what differs`() {
        let markdown = ConfigTable.markdown(of: .gateway)

        for path in ["listen", "auth.jwt[].issuer", "services.NAME.split", "routes[].match.path"] {
            #expect(markdown.contains("| `\(path)` |"), "\(path)")
        }
        for path in ["timeouts.connect", "services.NAME.retry.attempts", "limits.uri"] {
            #expect(!markdown.contains("| `\(path)` |"), "\(path)")
        }
        #expect(markdown.contains("| `services.NAME.health.type` |"))
    }

    @Test func `a row shows key, type, default, bound and effect`() {
        let row =
            "| `breaker.openFor` | duration | `\"5s\"` | 1ms to 1h | "
            + "First pause, doubled after each failed probe. |"

        #expect(ConfigTable.markdown(of: .sidecar).contains(row))
    }

    @Test func `keys of the same section stand in one table`() {
        let markdown = ConfigTable.markdown(of: .sidecar)

        for section in ["upstream", "retry", "breaker", "outbound", "fallback", "identity"] {
            #expect(markdown.ranges(of: "#### `\(section)`\n").count == 1)
        }
        #expect(markdown.ranges(of: "#### General\n").count == 1)
        #expect(!markdown.contains("outbound[].retry"))
    }
}
