import Base
import Crypto
import Testing

@testable import Access

/// What has been tried against those who judge tokens, and must fail here.
@Suite struct AttackTests {
    @Test(
        arguments: [
            "none", "None", "NONE", "nOnE", "", " none", "none\u{0}", "HS256 ", "hs256", "ES256K",
            "EdDSA ", "RS1", "A128KW", "dir",
        ]
    )
    func `an algorithm that does not exist is refused`(_ name: String) {
        let header = #"{"alg":"\#(name)","kid":"ed"}"#.replacing("\u{0}", with: #"\u0000"#)
        let signed = TokenBench.edDSA(header: header)
        let bare = signed.split(separator: ".").prefix(2).joined(separator: ".") + "."

        #expect(TokenBench.judge(signed) == "unsupportedAlgorithm")
        #expect(TokenBench.judge(bare) == "notThreeParts")
    }

    @Test(
        arguments: [
            #"{}"#, #"{"alg":null}"#, #"{"alg":1}"#, #"{"alg":["EdDSA"]}"#, #"{"alg":{"a":1}}"#,
            #"{"alg":true}"#, #"{"ALG":"EdDSA"}"#,
        ]
    )
    func `an algorithm that is no text is refused`(_ header: String) {
        #expect(TokenBench.judge(TokenBench.edDSA(header: header)) == "unsupportedAlgorithm")
    }

    @Test func `a public key is never the secret of HMAC`() {
        let modulus = Array(Samples.rsaModulus.utf8)
        let decoded = Base64URL.decode(modulus.span) ?? []
        let secrets = [
            Array(Samples.rsaPEM.utf8), Array(Samples.rsaPEM.utf8.dropLast()),
            decoded, modulus,
        ]
        for secret in secrets {
            for header in [#"{"alg":"HS256","kid":"rsa"}"#, #"{"alg":"HS256"}"#] {
                let token = TokenBench.hs256(header: header, secret: secret)
                #expect(TokenBench.judge(token) == "algorithmMismatch")
                // Not even an issuer that allows all algorithms is fooled.
                let lax = TokenBench.issuer { $0.algorithms = JWTAlgorithm.allCases }
                #expect(["algorithmMismatch", "noKey"].contains(TokenBench.judge(token, by: lax)))
            }
        }
    }

    @Test func `a secret issuer takes no token of a public key`() {
        let issuer = TokenBench.issuer {
            $0.keys = .secret(TokenBench.secret)
            $0.algorithms = JWTAlgorithm.allCases
        }

        for token in [TokenBench.edDSA(), Samples.rs256, Samples.es256] {
            #expect(TokenBench.judge(token, by: issuer) != "ann")
        }
    }

    @Test(
        arguments: [
            (#"{"alg":"EdDSA","kid":"rsa"}"#, "algorithmMismatch"),
            (#"{"alg":"EdDSA","kid":"ec"}"#, "algorithmMismatch"),
            (#"{"alg":"EdDSA","kid":"ED"}"#, "noKey"), (#"{"alg":"EdDSA","kid":""}"#, "noKey"),
            (#"{"alg":"EdDSA","kid":"../../dev/null"}"#, "noKey"),
            (#"{"alg":"EdDSA","kid":"ed' OR '1'='1"}"#, "noKey"),
            (#"{"alg":"EdDSA","kid":null}"#, "malformedHeader"),
            (#"{"alg":"EdDSA","kid":["ed"]}"#, "malformedHeader"),
            (#"{"alg":"EdDSA","kid":1}"#, "malformedHeader"),
            (#"{"alg":"EdDSA","kid":"\u0065d"}"#, "ann"),
        ]
    )
    func `kid chooses among our keys and does nothing else`(_ header: String, _ outcome: String) {
        #expect(TokenBench.judge(TokenBench.edDSA(header: header)) == outcome)
    }

    @Test(
        arguments: [
            #""jwk":{"kty":"OKP","crv":"Ed25519","x":"\#(Samples.edX)"}"#,
            #""jku":"https://attacker.example/keys""#, #""x5c":["MIIB"]"#,
            #""x5u":"https://attacker.example/cert""#, #""jwk":null"#, #""j\u0077k":{}"#,
        ]
    )
    func `a key that comes with its token is refused`(_ member: String) {
        let header = #"{"alg":"EdDSA","kid":"ed",\#(member)}"#

        #expect(TokenBench.judge(TokenBench.edDSA(header: header)) == "embeddedKey")
    }

    @Test(
        arguments: [
            (#""crit":["exp"]"#, "criticalExtension"), (#""crit":[]"#, "criticalExtension"),
            (#""crit":["b64"],"b64":true"#, "criticalExtension"),
            (#""crit":null"#, "criticalExtension"), (#""b64":false"#, "encodedPayload"),
            (#""b64":true"#, "encodedPayload"), (#""zip":"DEF""#, "encodedPayload"),
            (#""enc":"A128GCM""#, "encodedPayload"), (#""cri\u0074":["x"]"#, "criticalExtension"),
        ]
    )
    func `extensions are refused`(_ member: String, _ outcome: String) {
        let header = #"{"alg":"EdDSA","kid":"ed",\#(member)}"#

        #expect(TokenBench.judge(TokenBench.edDSA(header: header)) == outcome)
    }

    @Test(
        arguments: [
            #"{"alg":"EdDSA","alg":"EdDSA"}"#, #"{"alg":"none","alg":"EdDSA"}"#,
            #"{"alg":"EdDSA","\u0061lg":"none"}"#, #"{"alg":"EdDSA","kid":"ed","kid":"rsa"}"#,
            #"{"alg":"EdDSA","x":1,"x":2}"#,
        ]
    )
    func `a header with a name twice is refused`(_ header: String) {
        #expect(TokenBench.judge(TokenBench.edDSA(header: header)) == "duplicateMember")
    }

    @Test(
        arguments: [
            #""sub":"root""#, #""\u0073ub":"root""#, #""s\u0075\u0062":"root""#, #""exp":1"#,
            #""aud":"x""#, #""i\u0073s":"x""#, #""tenant":"a","tenant":"b""#,
            #""x":{},"\u0078":[]"#,
        ]
    )
    func `claims with a name twice are refused, escaped or not`(_ claim: String) {
        let claims =
            #"{"iss":"https://issuer.example","aud":"gateway","sub":"ann","exp":2e9,\#(claim)}"#

        #expect(TokenBench.judge(TokenBench.edDSA(claims)) == "duplicateClaim")
    }

    @Test(
        arguments: [
            "", ".", "..", "...", "a.b", "a.b.c.d", ".b.c", "a.b.", "..c", "a..", "....",
            #"{"payload":"e30","signatures":[{"protected":"e30","signature":"AA"}]}"#,
        ]
    )
    func `three parts with dots between are all there is`(_ text: String) {
        let bytes = Array(text.utf8)

        #expect(throws: JWS.Refusal.notThreeParts) { try JWS(compact: bytes.span) }
    }

    @Test func `encrypted and nested tokens are refused`() {
        let nested = TokenBench.encode(TokenBench.edDSA())
        let header = TokenBench.encode(#"{"alg":"EdDSA","kid":"ed","cty":"JWT"}"#)
        let five = TokenBench.edDSA() + ".AA.AA"

        #expect(TokenBench.judge(five) == "notThreeParts")
        #expect(TokenBench.judge("\(header).\(nested).AAAA") == "malformedClaims")
        #expect(TokenBench.judge(TokenBench.edDSA(TokenBench.edDSA())) == "malformedClaims")
    }

    @Test func `padding, blanks and foreign digits are refused in each part`() {
        let parts = TokenBench.edDSA().split(separator: ".").map(String.init)
        for index in parts.indices {
            for (before, after) in [("", "="), ("", "=="), ("", " "), (" ", ""), ("", "\n")] {
                var changed = parts
                changed[index] = before + changed[index] + after
                #expect(TokenBench.judge(changed.joined(separator: ".")) == "malformedBase64")
            }
            for digit in ["+", "/", "?", "%", "é", "\0", ","] {
                var changed = parts
                changed[index] = digit + changed[index].dropFirst()
                #expect(TokenBench.judge(changed.joined(separator: ".")) == "malformedBase64")
            }
        }
    }

    @Test func `a signature has one spelling only`() {
        let token = TokenBench.edDSA()
        // 64 bytes end with a digit of which two bits count.
        let spellings = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".map {
            TokenBench.judge(token.dropLast() + String($0))
        }

        #expect(spellings.count { $0 == "ann" } == 1)
        #expect(spellings.count { $0 == "malformedBase64" } == 60)
    }

    @Test func `a signature that is cut, empty or longer is refused`() {
        let token = TokenBench.edDSA()
        let bare = token.split(separator: ".").prefix(2).joined(separator: ".")

        #expect(TokenBench.judge(bare + ".") == "notThreeParts")
        #expect(TokenBench.judge(bare) == "notThreeParts")
        for count in [2, 3, 4, 43, 84, 88, 128] {
            let signature = String(repeating: "A", count: count)
            #expect(TokenBench.judge("\(bare).\(signature)") == "wrongSignature")
        }
    }

    @Test func `an ECDSA signature in DER is refused`() {
        #expect(TokenBench.judge(Samples.es256) == "ann")
        #expect(TokenBench.judge(Samples.es256DER) == "wrongSignature")
    }

    @Test(arguments: [0, 1, 2, 3]) func `zeros are no ECDSA signature`(_ form: Int) {
        let bare = Samples.es256.split(separator: ".").prefix(2).joined(separator: ".")
        let order: [UInt8] = [
            0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
            0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63,
            0x25, 0x51,
        ]
        let zero = [UInt8](repeating: 0, count: 32)
        let r = form & 1 == 0 ? zero : order
        let s = form & 2 == 0 ? zero : order

        #expect(TokenBench.judge("\(bare).\(TokenBench.encode(r + s))") == "wrongSignature")
    }

    @Test func `an RSA key of 1024 bits is no key`() {
        let set = """
            {"keys":[{"kty":"RSA","kid":"weak","n":"\(Samples.weakModulus)","e":"AQAB"}]}
            """
        let issuer = TokenBench.issuer { $0.keys = .inline(text: set, path: "") }

        #expect(TokenBench.judge(Samples.rs256Weak, by: issuer) == "noKey")
    }

    @Test func `an algorithm that the issuer does not use is refused`() {
        let issuer = TokenBench.issuer { $0.algorithms = [.ps256, .es256] }

        #expect(TokenBench.judge(Samples.ps256, by: issuer) == "ann")
        #expect(TokenBench.judge(Samples.rs256, by: issuer) == "algorithmMismatch")
        #expect(TokenBench.judge(TokenBench.edDSA(), by: issuer) == "algorithmMismatch")
    }

    @Test func `oversize and deep tokens are refused`() {
        let long = #"{"alg":"EdDSA","kid":"ed","x":"\#(String(repeating: "a", count: 20_000))"}"#
        let deep = String(repeating: "[", count: 70) + String(repeating: "]", count: 70)
        let many = (0..<129).map { #""c\#($0)":1"# }.joined(separator: ",")

        #expect(TokenBench.judge(TokenBench.edDSA(header: long)) == "tooLarge")
        #expect(
            TokenBench.judge(TokenBench.edDSA(#"{"iss":"a","x":\#(deep)}"#)) == "malformedClaims"
        )
        #expect(TokenBench.judge(TokenBench.edDSA("{\(many)}")) == "malformedClaims")
        #expect(
            TokenBench.judge(TokenBench.edDSA(header: #"{"alg":"EdDSA","x":\#(deep)}"#))
                == "malformedHeader"
        )
    }

    @Test func `text that is no UTF-8 is refused`() {
        let header = TokenBench.encode(#"{"alg":"EdDSA"}"#)
        let payload = TokenBench.encode(
            Array(#"{"iss":""#.utf8) + [0xff, 0xfe] + Array("\"}".utf8)
        )
        let badHeader = TokenBench.encode(
            Array(#"{"alg":"EdDSA","x":""#.utf8) + [0xc0, 0x80, 34, 125]
        )

        #expect(TokenBench.judge("\(header).\(payload).AAAA") == "malformedClaims")
        #expect(TokenBench.judge("\(badHeader).e30.AAAA") == "malformedHeader")
    }

    @Test func `every byte of a token counts`() {
        let token = Array(TokenBench.edDSA().utf8)
        for place in token.indices {
            var changed = token
            changed[place] = changed[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : 65
            #expect(TokenBench.judge(String(decoding: changed, as: UTF8.self)) != "ann")
        }
        for count in token.indices {
            let cut = String(decoding: token.prefix(count), as: UTF8.self)
            #expect(TokenBench.judge(cut) != "ann")
        }
    }
}
