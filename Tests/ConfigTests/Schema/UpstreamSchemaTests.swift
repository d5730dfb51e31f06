import Base
import Policy
import Testing

@testable import Config

@Suite struct UpstreamSchemaTests {
    @Test func `the keys of upstream and health reach their fields`() throws {
        let text = """
            { upstream: { endpoints: ["a:1"], engine: "vllm", balance: "consistentHash",
                keepAlive: "1s", maxConnections: 2, hashOn: "header:X-Session" },
              health: { type: "tcp", path: "/up", interval: "3s", timeout: "4s",
                unhealthyAfter: 5, healthyAfter: 6, modelLoadedCheck: false,
                breakerFailsReadiness: true, stalledAfter: "7s", faultPatterns: ["x"] } }
            """

        let upstream = try ConfigText(text).sidecar().upstream

        #expect(upstream.endpoints == [.host("a", port: 1)])
        #expect(upstream.engine == .vllm && upstream.balance == .consistentHash)
        #expect(upstream.keepAlive == .seconds(1) && upstream.maxConnections == 2)
        #expect(upstream.hashOn == "x-session")
        let health = upstream.health
        #expect(health.kind == .tcp && health.path == "/up")
        #expect(health.interval == .seconds(3) && health.timeout == .seconds(4))
        #expect(health.unhealthyAfter == 5 && health.healthyAfter == 6)
        #expect(!health.modelLoadedCheck && health.breakerFailsReadiness)
        #expect(health.stalledAfter == .seconds(7) && health.faultPatterns == ["x"])
    }
}
