import Access
import Base
import Config
import Routing
import Telemetry
import Testing

@testable import Proxy

@Suite struct GatewayTests {
    private let now = Instant(nanoseconds: 1)

    private func gateway(
        after predecessor: Gateway? = nil,
        _ change: (inout GatewayConfig) -> Void = { _ in }
    ) -> Gateway {
        Gateway(.played(change), after: predecessor, cells: MetricCells(version: "0"))
    }

    private func caller(_ models: [String]?, _ scopes: [String] = []) -> Principal {
        Principal(
            caller: Caller(subject: "ann"),
            scopes: scopes,
            models: models?.map { Wildcard($0) }
        )
    }

    @Test func `models are those of services, or named as they are`() {
        let gateway = gateway {
            $0.routes.append(.played("small", "/small", "small"))
        }

        #expect(gateway.models(for: caller(nil)) == ["llama-3", "llama-4", "small"])
        #expect(gateway.models(for: caller(["chat"])) == ["llama-3", "llama-4"])
        #expect(gateway.models(for: caller(["*-3", "sm*"])) == ["llama-3", "small"])
        #expect(gateway.models(for: caller([])).isEmpty)
    }

    @Test func `a model without a way to it is not listed`() {
        let gateway = gateway { $0.routes[0].scopes = ["chat:read"] }

        #expect(gateway.models(for: caller(nil)).isEmpty)
        #expect(gateway.models(for: caller(nil, ["chat:read"])) == ["llama-3", "llama-4"])
    }

    @Test func `a reload keeps key sets and the count of bad credentials`() throws {
        let issuer = { (config: inout GatewayConfig) in
            var issuer = IssuerSettings()
            issuer.keys = .url("http://issuer.example/keys")
            config.auth.issuers = [issuer]
        }
        let first = gateway(issuer)
        for _ in 0..<20 { _ = first.throttle.failed(1, now: now) }
        try first.gatekeeper.keySets[0].publish(Array(#"{"keys":[]}"#.utf8).span, now: now)

        let second = gateway(after: first, issuer)

        #expect(second.throttle.failed(1, now: now) != nil)
        #expect(second.gatekeeper.keySets[0].current != nil)
        #expect(gateway(issuer).gatekeeper.keySets[0].current == nil)
    }

    @Test func `requests without a route are not counted`() {
        let cells = MetricCells(version: "0")
        let gateway = Gateway(.played(), after: nil, cells: cells)
        var record = RequestRecord()
        gateway.count(record, nil)
        record.route = 0
        gateway.count(record, nil)
        gateway.count(record, nil)

        #expect(cells.route("chat", nil, reason: "").value == 2)
    }
}
