import Crypto
import Testing

@testable import Access

@Suite struct JWSTests {
    @Test func `a token is read before it is believed`() throws {
        let text = TokenBench.edDSA(header: #"{"alg":"EdDSA","kid":"k","typ":"application/JWT"}"#)
        let bytes = Array(text.utf8)

        let token = try JWS(compact: bytes.span)

        #expect(token.algorithm == .edDSA)
        #expect(token.keyID == "k")
        #expect(token.type == "jwt")
        #expect(String(decoding: token.payload, as: UTF8.self) == TokenBench.claims)
    }

    @Test func `a token of any prefix is refused, never trapped on`() {
        let bytes = Array(TokenBench.edDSA().utf8)

        for count in bytes.indices {
            _ = try? JWS(compact: bytes.span.extracting(0..<count))
        }
    }

    @Test(arguments: [16_384, 16_385]) func `the size is bounded`(_ count: Int) {
        let bytes = [UInt8](repeating: 65, count: count)

        #expect(throws: count > 16_384 ? JWS.Refusal.tooLarge : .notThreeParts) {
            try JWS(compact: bytes.span)
        }
    }
}
