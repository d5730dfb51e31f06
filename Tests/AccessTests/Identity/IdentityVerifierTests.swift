import Base
import Crypto
import Testing

@testable import Access

@Suite struct IdentityVerifierTests {
    private let now: Int64 = 1_000
    private let ed = IdentityKeySettings(id: "ed", material: .privateKey(Samples.edPrivate))
    private let edPublic = IdentityKeySettings(id: "ed", material: .publicKey(Samples.edPublic))
    private let secret = IdentityKeySettings(id: "hs", material: .secret(TokenBench.secret))

    private func claims(_ change: (inout IdentityClaims) -> Void = { _ in }) -> IdentityClaims {
        var claims = IdentityClaims()
        claims.subject = "ann"
        claims.tenant = "acme"
        claims.tier = "gold"
        claims.scopes = ["b", "a"]
        claims.audience = "sentiment"
        claims.route = "route-1"
        claims.issuedAt = now
        claims.expires = now + 30
        change(&claims)
        return claims
    }

    private func outcome(
        _ token: [UInt8],
        _ keys: [IdentityKeySettings],
        at now: Int64 = 1_000
    ) throws -> String {
        let verifier = try IdentityVerifier(keys, audience: "sentiment")
        do throws(JWTVerifier.Refusal) {
            return try verifier.verify(token.span, nowUnix: now).subject
        } catch {
            if case .signature(let refusal) = error { return "\(refusal)" }
            return "\(error)"
        }
    }

    @Test func `what a gateway signed is believed`() throws {
        for (signing, verifying) in [(ed, ed), (ed, edPublic), (secret, secret)] {
            let token = try IdentitySigner(signing).sign(claims())
            let verifier = try IdentityVerifier([verifying], audience: "sentiment")

            let principal = try verifier.verify(token.span, nowUnix: now)

            #expect(principal.subject == "ann")
            #expect(principal.tenant == "acme")
            #expect(principal.tier == "gold")
            #expect(principal.scopes == ["a", "b"])
            #expect(principal.claim("route") == "route-1")
        }
    }

    @Test func `it counts until it expires, two seconds forgiven`() throws {
        let token = try IdentitySigner(ed).sign(claims())

        #expect(try outcome(token, [ed], at: now + 31) == "ann")
        #expect(try outcome(token, [ed], at: now + 32) == "expired")
        #expect(try outcome(token, [ed], at: now - 2) == "ann")
        #expect(try outcome(token, [ed], at: now - 3) == "notYetValid")
    }

    @Test(arguments: ["", "*", "Sentiment", "sentiment2", "sentimen"])
    func `another audience is refused`(_ audience: String) throws {
        let token = try IdentitySigner(ed).sign(claims { $0.audience = audience })

        #expect(try outcome(token, [ed]) == "wrongAudience")
    }

    @Test func `several keys are good while they rotate`() throws {
        let old = IdentityKeySettings(id: "old", material: .secret(TokenBench.secret))
        let token = try IdentitySigner(old).sign(claims())

        #expect(try outcome(token, [ed, secret, old]) == "ann")
        #expect(try outcome(token, [ed, edPublic]) == "noKey")
    }

    @Test func `keys without ids are all tried`() throws {
        let other = [UInt8](repeating: 9, count: 40)
        let keys = [
            IdentityKeySettings(material: .secret(other)),
            IdentityKeySettings(material: .publicKey(Samples.edPublic)),
        ]
        let token = try IdentitySigner(ed).sign(claims())

        #expect(try outcome(token, keys) == "ann")
    }

    @Test func `the key tells the algorithm, not the token`() throws {
        let payload = TokenBench.claims
        let forged = TokenBench.hs256(
            payload,
            header: #"{"alg":"HS256","kid":"ed"}"#,
            secret: Array(Samples.edPublic.utf8)
        )

        #expect(try outcome(Array(forged.utf8), [edPublic]) == "algorithmMismatch")
        #expect(try outcome(Array(TokenBench.edDSA().utf8), [secret]) == "noKey")
    }

    @Test func `a signature by another key is refused and remembered`() throws {
        let other = IdentityKeySettings(
            id: "hs",
            material: .secret([UInt8](repeating: 3, count: 32))
        )
        let token = try IdentitySigner(other).sign(claims())
        let verifier = try IdentityVerifier([secret], audience: "sentiment")
        var cache = VerdictCache(bound: 64)
        var hasher = Hasher256()

        let outcomes = (0..<2).map { _ in
            GateBench.text(
                verifier.judge(token.span, nowUnix: now, cache: &cache, hasher: &hasher)
            )
        }

        #expect(outcomes == ["wrongSignature", "remembered"])
    }

    @Test func `a verdict is kept until the token expires`() throws {
        let token = try IdentitySigner(ed).sign(claims())
        let verifier = try IdentityVerifier([ed], audience: "sentiment")
        var cache = VerdictCache(bound: 64)
        var hasher = Hasher256()

        let outcomes = [now, now + 31, now + 32].map { now in
            GateBench.text(
                verifier.judge(token.span, nowUnix: now, cache: &cache, hasher: &hasher)
            )
        }

        #expect(outcomes == ["ann", "ann", "expired"])
    }

    @Test func `keys that cannot verify are refused`() {
        #expect(throws: IdentitySigner.Failure.shortSecret) {
            try IdentityVerifier([.init(material: .secret([1]))], audience: "a")
        }
        #expect(throws: IdentitySigner.Failure.malformedKey) {
            try IdentityVerifier([.init(material: .publicKey(Samples.edPrivate))], audience: "a")
        }
        #expect(throws: IdentitySigner.Failure.malformedKey) {
            try IdentityVerifier([.init(material: .privateKey("x"))], audience: "a")
        }
    }
}
