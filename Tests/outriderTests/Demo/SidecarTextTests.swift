import Config
import Testing

@testable import outrider

@Suite struct SidecarTextTests {
    @Test func `what is written loads without a problem`() throws {
        let text = SidecarText(
            service: "chat",
            version: "2.0.0",
            traffic: 4010,
            admin: 4011,
            model: 4012,
            identityKey: "/tmp/odd \"name\" \\ here.key",
            accessLog: "/tmp/odd \"name\" \\ here.log"
        )
        let loader = ConfigLoader(
            environment: [:],
            flags: [],
            allowsFaults: false,
            readFile: { path in
                path == "/tmp/odd \"name\" \\ here.key"
                    ? Array(String(repeating: "k", count: 43).utf8) : nil
            }
        )

        let file = ConfigLoader.File(name: "x", bytes: Array(text.configuration.utf8))
        let outcome = loader.load(file)

        guard case .loaded(let loaded) = outcome, case .sidecar(let config) = loaded.config else {
            Issue.record("\(outcome)")
            return
        }
        #expect(config.server.service == "chat")
        #expect(config.server.version == "2.0.0")
        #expect(config.identity.mode == .require)
        #expect(config.identity.keys.count == 1)
        #expect(config.server.listen.map(\.address) == [.host("127.0.0.1", port: 4010)])
        #expect(config.upstream.endpoints == [.host("127.0.0.1", port: 4012)])
        #expect(
            config.server.telemetry.accessLog == .file("/tmp/odd \"name\" \\ here.log")
        )
    }
}
