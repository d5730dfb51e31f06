import Testing

@testable import Config

@Suite struct ProxyConfigSummaryTests {
    @Test func `the summary begins with the role`() {
        #expect(ProxyConfig.sidecar(SidecarConfig()).summary.hasPrefix("sidecar "))
        #expect(ProxyConfig.gateway(GatewayConfig()).summary.hasPrefix("gateway "))
    }
}
