import Access
import Testing

@testable import Config

@Suite struct GatewayConfigTests {
    @Test func `a gateway has its own ports, trusts nobody and takes what the machine has`() {
        let config = GatewayConfig()

        #expect(config.server.listen.map(\.address) == [.any(port: 8_080)])
        #expect(config.server.admin == .any(port: 8_081))
        #expect(config.server.workers == 0)
        #expect(config.server.trustedPeers == .nobody)
    }

    @Test func `the records of the key file are those of auth`() throws {
        let keys = "{ keys: [{ id: 'a', tenant: 't' }] }"

        let config = try GatewayText.config(keys: keys).gateway()

        #expect(config.auth.keys.map(\.id) == ["a"])
        #expect(config.keyFile?.records == config.auth.keys)
    }
}
