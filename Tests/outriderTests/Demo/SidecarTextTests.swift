import Config
import Testing

@testable import outrider

@Suite struct SidecarTextTests {
    @Test func `what is written loads without a problem`() throws {
        let text = SidecarText(
            service: "chat",
            traffic: 4010,
            admin: 4011,
            model: 4012,
            accessLog: "/tmp/odd \"name\" \\ here.log"
        )
        let loader = ConfigLoader(
            environment: [:],
            flags: [],
            allowsFaults: false,
            readFile: { _ in nil }
        )

        let file = ConfigLoader.File(name: "x", bytes: Array(text.configuration.utf8))
        let outcome = loader.load(file)

        guard case .loaded(let loaded) = outcome, case .sidecar(let config) = loaded.config else {
            Issue.record("\(outcome)")
            return
        }
        #expect(config.server.service == "chat")
        #expect(config.server.listen == [.host("127.0.0.1", port: 4010)])
        #expect(config.upstream.endpoints == [.host("127.0.0.1", port: 4012)])
        #expect(
            config.server.telemetry.accessLog == .file("/tmp/odd \"name\" \\ here.log")
        )
    }
}
