import Base
import Testing

@testable import Access

@Suite struct GatekeeperTests {
    private let key = APIKey.make(random32: [UInt8](repeating: 1, count: 32))

    private func settings(_ change: (inout AccessSettings) -> Void = { _ in }) -> AccessSettings {
        var settings = AccessSettings()
        var record = KeyRecord(id: "key-1")
        let bytes = Array(key.utf8)
        var secret = KeyRecord.Secret(hash: APIKey.hash(bytes.span))
        secret.expires = 2_000
        record.secrets = [secret]
        settings.keys = [record]
        change(&settings)
        return settings
    }

    @Test func `a key is accepted until its secret expires, cached or not`() {
        let gate = GateBench(settings())

        #expect(gate.judge(key, at: 1_000) == "key-1")
        #expect(gate.judge(key, at: 1_999) == "key-1")
        #expect(gate.judge(key, at: 2_000) == "expired")
    }

    @Test func `the same credential is the same principal`() throws {
        let gate = GateBench(settings())
        guard case .accepted(let first) = gate.verdict(key, at: 1_000),
            case .accepted(let second) = gate.verdict(key, at: 1_001)
        else {
            Issue.record("refused")
            return
        }

        #expect(first === second)
    }

    @Test func `a key that is unknown or has a typo is refused`() {
        let gate = GateBench(settings())
        let other = APIKey.make(random32: [UInt8](repeating: 2, count: 32))

        #expect(gate.judge(other) == "unknown")
        #expect(gate.judge(key + "x") == "malformedKey")
        #expect(gate.judge("ork_") == "malformedKey")
    }

    @Test func `what nobody can judge is refused`() {
        let gate = GateBench(settings())

        #expect(gate.judge("opaque") == "unknownKind")
        #expect(gate.judge(TokenBench.edDSA()) == "unknownKind")
        #expect(gate.judge("") == "unknownKind")
    }

    @Test func `an oversize credential is refused before it is hashed`() {
        let gate = GateBench(settings())

        #expect(gate.judge(String(repeating: "a", count: 16_385)) == "tooLarge")
    }

    @Test func `a token is accepted until it expires, cached or not`() {
        let gate = GateBench(settings { $0.issuers = [TokenBench.issuer()] })
        let token = TokenBench.edDSA()

        #expect(gate.judge(token) == "ann")
        #expect(gate.judge(token, at: 2_000_000_029) == "ann")
        #expect(gate.judge(token, at: 2_000_000_030) == "expired")
    }

    @Test func `a bad signature is remembered for a while`() {
        let gate = GateBench(settings { $0.issuers = [TokenBench.issuer()] })
        let token = TokenBench.edDSA() + "AA"
        let forged = String(TokenBench.edDSA().dropLast(4)) + "AAAA"

        #expect(gate.judge(forged) == "wrongSignature")
        #expect(gate.judge(forged) == "remembered")
        #expect(gate.judge(forged, at: TokenBench.now + 30) == "wrongSignature")
        #expect(gate.judge(token) != "ann")
    }

    @Test func `a key that is unknown asks for a newer set, then is judged`() throws {
        let gate = GateBench(
            settings { $0.issuers = [TokenBench.issuer { $0.keys = .url("http://keys") }] }
        )
        let token = TokenBench.edDSA()
        let set = Array(TokenBench.keySet.utf8)

        #expect(gate.judge(token) == "look up keys of 0")
        try gate.gatekeeper.keySets[0].publish(set.span, now: Instant(nanoseconds: 0))
        #expect(gate.judge(token) == "ann")
        #expect(
            gate.judge(TokenBench.edDSA(header: #"{"alg":"EdDSA","kid":"new"}"#))
                == "look up keys of 0"
        )
    }

    @Test func `a key that left its set is believed no more`() throws {
        let gate = GateBench(
            settings { $0.issuers = [TokenBench.issuer { $0.keys = .url("http://keys") }] }
        )
        let full = Array(TokenBench.keySet.utf8)
        let empty = Array(#"{"keys":[]}"#.utf8)
        let cell = gate.gatekeeper.keySets[0]
        try cell.publish(full.span, now: Instant(nanoseconds: 0))

        #expect(gate.judge(TokenBench.edDSA()) == "ann")
        try cell.publish(empty.span, now: Instant(nanoseconds: 1))
        #expect(gate.judge(TokenBench.edDSA()) == "look up keys of 0")
    }

    @Test func `key sets are carried over to the next configuration`() throws {
        let settings = settings {
            $0.issuers = [TokenBench.issuer { $0.keys = .url("http://keys") }]
        }
        let other = self.settings {
            $0.issuers = [TokenBench.issuer { $0.keys = .url("http://other") }]
        }
        let old = Gatekeeper(settings)

        #expect(Gatekeeper(settings, carrying: old).keySets[0] === old.keySets[0])
        #expect(Gatekeeper(other, carrying: old).keySets[0] !== old.keySets[0])
    }

    @Test func `a new configuration forgets what the old one accepted`() {
        let gate = GateBench(settings())
        #expect(gate.judge(key, at: 1_000) == "key-1")

        gate.gatekeeper = Gatekeeper(AccessSettings(), carrying: gate.gatekeeper)

        #expect(gate.judge(key, at: 1_000) == "unknown")
    }

    @Test func `an opaque token is asked about, and the answer is kept`() {
        let gate = GateBench(settings { $0.introspection = IntrospectionSettings() })

        #expect(gate.judge("opaque") == "introspect")
        #expect(gate.learn(#"{"active":true,"sub":"bob"}"#, about: "opaque") == "bob")
        #expect(gate.judge("opaque", at: TokenBench.now + 29) == "bob")
        #expect(gate.judge("opaque", at: TokenBench.now + 30) == "introspect")
        #expect(gate.learn(#"{"active":false}"#, about: "opaque") == "inactive")
        #expect(gate.judge("opaque") == "remembered")
    }

    @Test func `an answer that is none is not kept`() {
        let gate = GateBench(settings { $0.introspection = IntrospectionSettings() })

        #expect(gate.learn("<html>", about: "opaque") == "introspectionFailed")
        #expect(gate.judge("opaque") == "introspect")
    }

    @Test func `a token of a foreign issuer is asked about where one can ask`() {
        let foreign = TokenBench.edDSA(#"{"iss":"x","aud":"gateway","exp":2000000000}"#)
        let alone = GateBench(settings { $0.issuers = [TokenBench.issuer()] })
        let both = GateBench(
            settings {
                $0.issuers = [TokenBench.issuer()]
                $0.introspection = IntrospectionSettings()
            }
        )

        #expect(alone.judge(foreign) == "unknownIssuer")
        #expect(both.judge(foreign) == "introspect")
    }

    @Test func `nobody is anonymous unless it is said so`() {
        var caller = CallerSettings()
        caller.tenant = "public"
        caller.scopes = ["read"]

        #expect(Gatekeeper(settings()).anonymous == nil)
        let anonymous = Gatekeeper(settings { $0.anonymous = caller }).anonymous
        #expect(anonymous?.subject == "anonymous")
        #expect(anonymous?.tenant == "public")
        #expect(anonymous?.has(scopes: ["read"]) == true)
    }
}
