import Testing

@testable import Config

@Suite struct ServerConfigTests {
    @Test func `a server unless told otherwise is a sidecar's`() {
        let server = ServerConfig()

        #expect(server.service == "model" && server.workers == 1)
        #expect(
            server.listen.map(\.address) == [.any(port: 4000)] && server.admin == .any(port: 4001)
        )
        #expect(server.trustedPeers == TrustedPeers())
        #expect(server.timeouts.total == nil && server.fallback == nil && server.faults == nil)
    }
}
