import Base
import Testing

@testable import Access

@Suite struct IdentitySignerTests {
    @Test func `header and claims are those of the interface`() throws {
        let signer = try IdentitySigner(.init(id: "k1", material: .privateKey(Samples.edPrivate)))
        var claims = IdentityClaims()
        claims.subject = "a\"b"
        claims.tenant = "acme"
        claims.tier = "gold"
        claims.scopes = ["x", "y"]
        claims.audience = "sentiment"
        claims.route = "r"
        claims.issuedAt = 100
        claims.expires = 130

        let token = String(decoding: signer.sign(claims), as: UTF8.self)

        let parts = token.split(separator: ".").map { Self.decode($0) }
        #expect(parts.count == 3)
        #expect(parts[0] == #"{"alg":"EdDSA","typ":"JWT","kid":"k1"}"#)
        #expect(
            parts[1]
                == #"{"sub":"a\"b","tenant":"acme","tier":"gold","scopes":["x","y"],"#
                + #""aud":"sentiment","route":"r","iat":100,"exp":130}"#
        )
    }

    @Test func `a key without an id is not named`() throws {
        let signer = try IdentitySigner(.init(material: .secret(TokenBench.secret)))
        let token = String(decoding: signer.sign(IdentityClaims()), as: UTF8.self)

        #expect(Self.decode(token.prefix { $0 != "." }) == #"{"alg":"HS256","typ":"JWT"}"#)
    }

    @Test func `what cannot sign is refused`() {
        #expect(throws: IdentitySigner.Failure.shortSecret) {
            try IdentitySigner(.init(material: .secret([UInt8](repeating: 1, count: 31))))
        }
        #expect(throws: IdentitySigner.Failure.malformedKey) {
            try IdentitySigner(.init(material: .privateKey(Samples.edPublic)))
        }
        #expect(throws: IdentitySigner.Failure.publicKey) {
            try IdentitySigner(.init(material: .publicKey(Samples.edPublic)))
        }
    }

    private static func decode(_ text: Substring) -> String {
        let bytes = Array(text.utf8)
        let plain = Base64URL.decode(bytes.span)
        return String(decoding: plain ?? [], as: UTF8.self)
    }
}
