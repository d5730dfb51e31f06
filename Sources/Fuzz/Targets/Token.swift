import Access
import Base

extension FuzzTarget {
    /// Tokens: what nobody signed is never accepted, and what is read has one spelling.
    static let token = FuzzTarget(
        name: "token",
        seeds: [
            "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJpIiwiYXVkIjoiYSIsImV4cCI6MmU5fQ.AAAA",
            "eyJhbGciOiJub25lIn0.e30.", "e30.e30.e30", "a.b.c", "..",
            #"{"alg":"RS256","kid":"a","typ":"JWT"}"#,
            #"{"alg":"EdDSA","crit":["b64"],"b64":false}"#,
            #"{"iss":"i","aud":["a"],"exp":2000000000,"nbf":0,"sub":"s","scope":"x y"}"#,
            #"{"active":true,"sub":"a","exp":1e9}"#,
        ],
        words: [
            "eyJhbGciOi", "eyJ", ".", "\"alg\":", "\"none\"", "\"HS256\"", "\"kid\":", "\"crit\":",
            "\"iss\":\"i\"", "\"aud\":\"a\"", "\"exp\":", "\"nbf\":", "2e9", "-", "1e400",
            "\\u0061",
        ]
    ) { bytes throws(Broken) in
        try checkCompact(bytes)
        // The same bytes as header and as claims, behind a signature of nobody.
        try checkCompact(token(header: bytes, claims: claims))
        try checkCompact(token(header: Array(#"{"alg":"HS256"}"#.utf8), claims: bytes))
        try checkAnswer(bytes)
    }

    private static let claims = Array(#"{"iss":"i","aud":"a","exp":2000000000}"#.utf8)

    private static let verifier: JWTVerifier = {
        var issuer = IssuerSettings()
        issuer.issuer = "i"
        issuer.audience = ["a"]
        issuer.algorithms = JWTAlgorithm.allCases
        let secret = [UInt8](repeating: 7, count: 64)
        let key = VerificationKey(id: nil, material: .secret(secret))
        return JWTVerifier([issuer], keys: [KeySetCell(JWKSet(keys: [key]))])
    }()

    private static func token(header: [UInt8], claims: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        Base64URL.append(header.span, to: &text)
        text.append(UInt8(ascii: "."))
        Base64URL.append(claims.span, to: &text)
        return text + Array(".AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".utf8)
    }

    private static func checkCompact(_ bytes: [UInt8]) throws(Broken) {
        if case .accepted = verifier.judge(bytes.span, nowUnix: 1_000_000_000) {
            throw Broken("a token that nobody signed is accepted")
        }
        let read: JWS
        do throws(JWS.Refusal) {
            read = try JWS(compact: bytes.span)
        } catch {
            return
        }
        var payload: [UInt8] = []
        Base64URL.append(read.payload.span, to: &payload)
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        try require(parts.count == 3, "a token of \(parts.count) parts")
        try require(Array(parts[1]) == payload, "a payload with two spellings")
    }

    private static func checkAnswer(_ bytes: [UInt8]) throws(Broken) {
        let answer = Introspection.parse(answer: bytes.span, .init(), nowUnix: 1_000_000_000)
        guard case .active(let principal) = answer else { return }
        try require(principal.expires.map { $0 > 1_000_000_000 } ?? true, "active and expired")
    }
}
