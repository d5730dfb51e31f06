import Base
import Crypto
import Testing

@testable import Access

/// The examples of RFC 7520 (JOSE cookbook), RFC 8037 and RFC 7797.
@Suite(.enabled(if: Suites.hasCookbook)) struct CookbookTests {
    @Test(
        arguments: [
            "jws/4_1.rsa_v15_signature.json", "jws/4_2.rsa-pss_signature.json",
            "jws/4_3.ecdsa_signature.json", "jws/4_4.hmac-sha2_integrity_protection.json",
            "curve25519/jws.json",
        ]
    )
    func `a signature of the cookbook is good`(_ path: String) throws {
        let example = try #require(Suites.example(path))
        let text = Array(try #require(example.compact).utf8)
        let key = try key(of: example)

        let payload = try JWS.verify(compact: text.span, key: key)

        #expect(String(decoding: payload, as: UTF8.self) == example.payload)
    }

    @Test(
        arguments: [
            "jws/4_1.rsa_v15_signature.json", "jws/4_2.rsa-pss_signature.json",
            "jws/4_3.ecdsa_signature.json", "jws/4_4.hmac-sha2_integrity_protection.json",
            "curve25519/jws.json",
        ]
    )
    func `a signature with any bit changed is refused`(_ path: String) throws {
        let example = try #require(Suites.example(path))
        let text = Array(try #require(example.compact).utf8)
        let key = try key(of: example)

        for place in stride(from: 0, to: text.count, by: 7) {
            var changed = text
            changed[place] ^= 1
            #expect(throws: JWS.Refusal.self, "\(place)") {
                try JWS.verify(compact: changed.span, key: key)
            }
        }
    }

    @Test func `an unencoded payload is refused (RFC 7797)`() throws {
        let example = try #require(Suites.example("rfc7797/hmac-sha2_b64_false.json"))
        let text = Array(try #require(example.compact).utf8)
        let key = try key(of: example)

        #expect(throws: JWS.Refusal.self) { try JWS.verify(compact: text.span, key: key) }
    }

    private func key(of example: Suites.Example) throws -> VerificationKey {
        let content = example.isSecret ? JWKSet.Content.secrets : .publicKeys
        let set = try JWKSet.parse(example.keys.span, content)
        return try #require(set.keys.first)
    }
}
