import Access
import Config
import Testing

@testable import Proxy

@Suite struct GatewayProofTests {
    private let key = IdentityKeySettings(
        id: "k",
        material: .secret([UInt8](repeating: 7, count: 32))
    )

    @Test func `a sidecar of the service believes it`() throws {
        var proof = GatewayProof(gateway(signs: true))
        let line = proof.line(for: "echo", now: 1_000)
        let text = String(decoding: line, as: UTF8.self)
        let token = Array(text.dropFirst("x-outrider-identity: ".count).dropLast().utf8)
        let verifier = try IdentityVerifier([key], audience: "echo")
        let principal = try verifier.verify(token.span, nowUnix: 1_000)

        #expect(text.hasPrefix("x-outrider-identity: "))
        #expect(text.hasSuffix("\r\n"))
        #expect(principal.subject == "outrider-gateway")
        #expect(throws: JWTVerifier.Refusal.self) {
            try IdentityVerifier([key], audience: "other").verify(token.span, nowUnix: 1_000)
        }
    }

    @Test func `it is signed anew after half its life, and when time jumps back`() {
        var proof = GatewayProof(gateway(signs: true))
        let line = proof.line(for: "echo", now: 1_000)
        let soon = proof.line(for: "echo", now: 1_014)
        let other = proof.line(for: "other", now: 1_014)
        let later = proof.line(for: "echo", now: 1_015)
        let before = proof.line(for: "echo", now: 900)

        #expect(soon == line)
        #expect(Set([line, other, later, before]).count == 4)
    }

    @Test func `without a key nothing is said`() {
        var proof = GatewayProof(gateway(signs: false))
        let line = proof.line(for: "echo", now: 1_000)

        #expect(line.isEmpty)
    }

    private func gateway(signs: Bool) -> Gateway {
        var config = GatewayConfig()
        if signs { config.identity.signWith = [key] }
        return Gateway(config, after: nil, cells: MetricCells(version: "0"))
    }
}
