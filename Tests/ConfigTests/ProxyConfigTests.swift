import Policy
import Testing

@testable import Config

@Suite struct ProxyConfigTests {
    @Test func `both roles have a server that can be changed`() {
        var configs = [ProxyConfig.sidecar(SidecarConfig()), .gateway(GatewayConfig())]

        for index in configs.indices { configs[index].server.service = "renamed" }

        #expect(configs.map(\.server.service) == ["renamed", "renamed"])
        #expect(configs.map(\.role) == [.sidecar, .gateway])
    }

    @Test func `a gateway has an upstream for each version of each service`() throws {
        let gateway = ProxyConfig.gateway(try GatewayText.config().gateway())

        #expect(gateway.upstreams.map(\.retry.attempts) == [3, 3, 2])
    }

    @Test func `a sidecar has its upstream and those of outbound`() {
        var config = SidecarConfig()
        config.outbound = [OutboundConfig()]

        #expect(ProxyConfig.sidecar(config).upstreams.count == 2)
    }
}
