import Base
import Testing

@testable import Access

@Suite struct JWTVerifierTests {
    @Test(
        arguments: [Samples.rs256, Samples.ps256, Samples.es256, TokenBench.edDSA()]
    )
    func `a token by any of the algorithms is accepted`(_ token: String) {
        #expect(TokenBench.judge(token) == "ann")
    }

    @Test func `a token with the dedicated secret is accepted`() {
        let issuer = TokenBench.issuer {
            $0.keys = .secret(TokenBench.secret)
            $0.algorithms = [.hs256]
        }

        #expect(TokenBench.judge(TokenBench.hs256(), by: issuer) == "ann")
        let named = TokenBench.hs256(header: #"{"alg":"HS256","kid":"whatever"}"#)
        #expect(TokenBench.judge(named, by: issuer) == "ann")
        let other = TokenBench.hs256(secret: [UInt8](repeating: 1, count: 32))
        #expect(TokenBench.judge(other, by: issuer) == "wrongSignature")
    }

    @Test(
        arguments: [
            (#""gateway""#, "ann"), (#""other""#, "ann"), (#"["x","gateway"]"#, "ann"),
            (#"["gateway"]"#, "ann"), (#""Gateway""#, "wrongAudience"), (#""*""#, "wrongAudience"),
            (#"[]"#, "wrongAudience"), (#""""#, "wrongAudience"), (#"["x"]"#, "wrongAudience"),
            (#""gateway other""#, "wrongAudience"), (#"[["gateway"]]"#, "malformedClaims"),
            (#"["gateway",1]"#, "malformedClaims"), (#"{"gateway":1}"#, "malformedClaims"),
            ("1", "malformedClaims"), ("null", "malformedClaims"), ("true", "malformedClaims"),
        ]
    )
    func `the audience must name us`(_ audience: String, _ outcome: String) {
        let claims = #"{"iss":"https://issuer.example","sub":"ann","exp":2e9,"aud":\#(audience)}"#

        #expect(TokenBench.judge(TokenBench.edDSA(claims)) == outcome)
    }

    @Test(
        arguments: [
            ("1700000001", "ann"), ("1700000000", "ann"), ("1699999971", "ann"),
            ("1699999970", "expired"), ("1699999970.5", "ann"), ("1.7e9", "ann"), ("0", "expired"),
            ("-1", "expired"), ("-1e15", "expired"), (#""2000000000""#, "malformedClaims"),
            ("null", "malformedClaims"), ("true", "malformedClaims"), ("[2e9]", "malformedClaims"),
            ("1e400", "malformedClaims"), ("1e300", "malformedClaims"),
            ("99999999999999999999", "malformedClaims"), ("9007199254740992", "ann"),
            ("9007199254740994", "malformedClaims"), ("18446744073709551616", "malformedClaims"),
            ("2000000000.000000000000000000000001", "malformedClaims"),
        ]
    )
    func `exp is a number in the future, 30 s forgiven`(_ expires: String, _ outcome: String) {
        let claims =
            #"{"iss":"https://issuer.example","aud":"gateway","sub":"ann","exp":\#(expires)}"#

        #expect(TokenBench.judge(TokenBench.edDSA(claims)) == outcome)
    }

    @Test(
        arguments: [
            (#""nbf":1700000030"#, "ann"), (#""nbf":1700000031"#, "notYetValid"),
            (#""iat":1700000030"#, "ann"), (#""iat":1700000031"#, "notYetValid"),
            (#""nbf":"0""#, "malformedClaims"), (#""iat":{}"#, "malformedClaims"),
            (#""nbf":0,"iat":0"#, "ann"), (#""nbf":1e999"#, "malformedClaims"),
        ]
    )
    func `nbf and iat are honoured, 30 s forgiven`(_ claim: String, _ outcome: String) {
        let claims =
            #"{"iss":"https://issuer.example","aud":"gateway","sub":"ann","exp":2e9,\#(claim)}"#

        #expect(TokenBench.judge(TokenBench.edDSA(claims)) == outcome)
    }

    @Test(
        arguments: [
            (#"{"aud":"gateway","exp":2e9}"#, "missingClaim"),
            (#"{"iss":"https://issuer.example","exp":2e9}"#, "missingClaim"),
            (#"{"iss":"https://issuer.example","aud":"gateway"}"#, "missingClaim"),
            (#"{"iss":"https://issuer.example/","aud":"gateway","exp":2e9}"#, "unknownIssuer"),
            (#"{"iss":"HTTPS://issuer.example","aud":"gateway","exp":2e9}"#, "unknownIssuer"),
            (#"{"iss":["https://issuer.example"],"aud":"gateway","exp":2e9}"#, "malformedClaims"),
            (#"{"iss":"","aud":"gateway","exp":2e9}"#, "unknownIssuer"),
            (#"[]"#, "malformedClaims"), ("", "malformedClaims"), ("null", "malformedClaims"),
            ("{", "malformedClaims"), (#"{"iss":"a"} x"#, "malformedClaims"),
        ]
    )
    func `iss, aud and exp are required`(_ claims: String, _ outcome: String) {
        #expect(TokenBench.judge(TokenBench.edDSA(claims)) == outcome)
    }

    @Test func `claims tell what the caller is and may do`() throws {
        let claims = #"""
            {"iss":"https://issuer.example","aud":"gateway","sub":"ann","exp":2e9,"org":"acme",
            "scope":"b a","plan":"gold","models":["llama-*"],"team":"red","n":1}
            """#
        var settings = AccessSettings()
        settings.issuers = [
            TokenBench.issuer {
                $0.tenantClaim = "org"
                $0.tierClaim = "plan"
            }
        ]
        settings.claimNames = ["team", "n", "absent"]
        let verdict = GateBench(settings).verdict(TokenBench.edDSA(claims))
        guard case .accepted(let principal) = verdict else {
            Issue.record("\(verdict)")
            return
        }

        #expect(principal.tenant == "acme")
        #expect(principal.tier == "gold")
        #expect(principal.scopes == ["a", "b"])
        #expect(principal.models?.map(\.text) == ["llama-*"])
        #expect(principal.claims == [.init(name: "team", value: "red")])
        #expect(principal.expires == 2_000_000_030)
    }

    @Test(
        arguments: [
            #""tenant":1"#, #""tenant":["a"]"#, #""scope":1"#, #""scope":["a",1]"#,
            #""models":{}"#, #""tier":null"#, #""sub":1"#,
        ]
    )
    func `a claim of the wrong type refuses the token`(_ claim: String) {
        let claims = #"{"iss":"https://issuer.example","aud":"gateway","exp":2e9,\#(claim)}"#

        #expect(TokenBench.judge(TokenBench.edDSA(claims)) == "malformedClaims")
    }

    @Test func `of issuers with one name any may accept`() {
        var settings = AccessSettings()
        settings.issuers = [
            TokenBench.issuer { $0.audience = ["elsewhere"] }, TokenBench.issuer(),
        ]

        #expect(GateBench(settings).judge(TokenBench.edDSA()) == "ann")
    }

    @Test func `the token of one issuer is none of another's`() {
        var settings = AccessSettings()
        settings.issuers = [
            TokenBench.issuer { $0.issuer = "https://other.example" },
            TokenBench.issuer { $0.keys = .inline(text: #"{"keys":[]}"#, path: "") },
        ]

        #expect(GateBench(settings).judge(TokenBench.edDSA()) == "noKey")
    }

    @Test func `without kid the keys that fit are tried`() {
        #expect(TokenBench.judge(TokenBench.edDSA(header: #"{"alg":"EdDSA"}"#)) == "ann")
    }

    @Test(
        arguments: [
            ("JWT", "ann"), ("jwt", "ann"), ("at+jwt", "ann"), ("application/at+jwt", "ann"),
            ("application/jwt", "ann"), ("JOSE", "wrongType"), ("dpop+jwt", "wrongType"),
            ("logout+jwt", "wrongType"), ("", "wrongType"), ("secevent+jwt", "wrongType"),
        ]
    )
    func `typ is absent or a JSON Web Token's`(_ type: String, _ outcome: String) {
        let header = #"{"alg":"EdDSA","kid":"ed","typ":"\#(type)"}"#

        #expect(TokenBench.judge(TokenBench.edDSA(header: header)) == outcome)
    }
}
