import Testing

@testable import Config

@Suite struct SidecarConfigTests {
    @Test func `without any configuration the defaults are in force`() {
        guard case .loaded(let loaded) = ConfigLoader().load(nil),
            case .sidecar(let config) = loaded.config
        else {
            Issue.record("the defaults have problems")
            return
        }
        #expect(config.server.listen.map(\.address) == [.any(port: 4000)])
        #expect(config.server.admin == .any(port: 4001))
        #expect(config.upstream.endpoints == [.host("127.0.0.1", port: 8000)])
    }
}
