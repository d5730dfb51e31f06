import Config
import Routing
import Testing

@testable import outrider

@Suite struct GatewayTextTests {
    private let text = GatewayText(
        traffic: 8080,
        admin: 8081,
        sentiment: [4000, 4020],
        chat: 4010,
        identityKey: "/tmp/odd \"name\"/identity.key",
        accessLog: "/tmp/odd \"name\"/access.log"
    )

    private func load(movedPercent percent: Int) throws -> GatewayConfig {
        let loader = ConfigLoader(
            role: .gateway,
            environment: [:],
            readFile: { path in
                if path.hasSuffix("keys.json5") { return Array("{ keys: [] }".utf8) }
                return path == "/tmp/odd \"name\"/identity.key"
                    ? Array(String(repeating: "k", count: 43).utf8) : nil
            }
        )
        let bytes = Array(text.configuration(movedPercent: percent).utf8)
        let outcome = loader.load(.init(name: "/tmp/x/gateway.json5", bytes: bytes))
        guard case .loaded(let loaded) = outcome, case .gateway(let config) = loaded.config else {
            Issue.record("\(outcome)")
            throw Missing()
        }
        return config
    }

    private struct Missing: Error {}

    @Test func `what is written loads without a problem`() throws {
        let config = try load(movedPercent: 0)

        #expect(config.server.listen.map(\.address) == [.host("127.0.0.1", port: 8080)])
        #expect(config.services.map(\.rule.name).sorted() == ["chat", "sentiment"])
        #expect(config.routes.map(\.name) == ["chat", "sentiment"])
        #expect(config.identity.signWith.count == 1)
    }

    @Test(arguments: [0, 5, 100]) func `the split is what is asked for`(_ percent: Int) throws {
        let shares = [100 - Double(percent), Double(percent)]

        let config = try load(movedPercent: percent)

        let rule = try #require(config.services.first { $0.rule.name == "sentiment" }).rule
        #expect(rule.versions.map(\.text) == GatewayText.versions)
        #expect(rule.split == .percent(shares))
    }
}
