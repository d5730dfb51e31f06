import Base
import Crypto

@testable import Access

/// Makes tokens, good and bad, and the keys that judge them.
enum TokenBench {
    static let secret = [UInt8](repeating: 0x5a, count: 32)
    /// Unix seconds at which the tokens of these tests are judged.
    static let now: Int64 = 1_700_000_000

    static let claims =
        #"{"iss":"https://issuer.example","aud":"gateway","sub":"ann","exp":2000000000}"#

    /// The public keys `ed`, `rsa` and `ec` of `Samples`.
    static let keySet = """
        {"keys":[
        {"kty":"OKP","crv":"Ed25519","kid":"ed","x":"\(Samples.edX)"},
        {"kty":"RSA","kid":"rsa","use":"sig","n":"\(Samples.rsaModulus)","e":"AQAB"},
        {"kty":"EC","crv":"P-256","kid":"ec","x":"\(Samples.ecX)","y":"\(Samples.ecY)"}
        ]}
        """

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        Base64URL.append(bytes.span, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    static func encode(_ text: String) -> String { encode(Array(text.utf8)) }

    /// A token signed with the Ed25519 key of `Samples`.
    static func edDSA(
        _ claims: String = claims,
        header: String = #"{"alg":"EdDSA","kid":"ed"}"#
    ) -> String {
        let signed = encode(header) + "." + encode(claims)
        let key = PrivateKey(pem: Samples.edPrivate)
        let message = Array(signed.utf8)
        return signed + "." + encode(key?.sign(message.span) ?? [])
    }

    /// A token with a tag of HMAC.
    static func hs256(
        _ claims: String = claims,
        header: String = #"{"alg":"HS256"}"#,
        secret: [UInt8] = secret
    ) -> String {
        let signed = encode(header) + "." + encode(claims)
        let message = Array(signed.utf8)
        let tag = MAC.tag(.hs256, secret: secret.span, message: message.span)
        return signed + "." + encode(tag ?? [])
    }

    /// An issuer with the keys of `keySet`.
    static func issuer(_ change: (inout IssuerSettings) -> Void = { _ in }) -> IssuerSettings {
        var issuer = IssuerSettings()
        issuer.issuer = "https://issuer.example"
        issuer.audience = ["gateway", "other"]
        issuer.keys = .inline(text: keySet, path: "keys.json")
        issuer.algorithms = [.rs256, .ps256, .es256, .edDSA]
        change(&issuer)
        return issuer
    }

    /// What a gatekeeper with this issuer says: the subject, or the reason against it.
    static func judge(
        _ token: String,
        by issuer: IssuerSettings = issuer(),
        at now: Int64 = now
    ) -> String {
        var settings = AccessSettings()
        settings.issuers = [issuer]
        let gate = GateBench(settings)
        return gate.judge(token, at: now)
    }
}

/// A gatekeeper with the cache and the hasher of one worker.
///
/// A class, so that its calls can stand inside `#expect`.
final class GateBench {
    var gatekeeper: Gatekeeper
    var cache = VerdictCache()
    var hasher = Hasher256()

    init(_ settings: AccessSettings) {
        gatekeeper = Gatekeeper(settings)
    }

    func verdict(_ text: String, at now: Int64 = TokenBench.now) -> Gatekeeper.Verdict {
        let bytes = Array(text.utf8)
        return gatekeeper.judge(bytes.span, nowUnix: now, cache: &cache, hasher: &hasher)
    }

    func learn(_ answer: String, about text: String, at now: Int64 = TokenBench.now) -> String {
        let bytes = Array(text.utf8)
        let body = Array(answer.utf8)
        return Self.text(
            gatekeeper.learned(
                gatekeeper.read(introspection: body.span, nowUnix: now),
                about: bytes.span,
                nowUnix: now,
                cache: &cache,
                hasher: &hasher
            )
        )
    }

    func judge(_ text: String, at now: Int64 = TokenBench.now) -> String {
        Self.text(verdict(text, at: now))
    }

    static func text(_ verdict: Gatekeeper.Verdict) -> String {
        switch verdict {
        case .accepted(let principal): principal.subject
        case .refused(let refusal): text(refusal)
        case .lookUp(.keySet(let issuer)): "look up keys of \(issuer)"
        case .lookUp(.introspection): "introspect"
        }
    }

    private static func text(_ refusal: Gatekeeper.Refusal) -> String {
        switch refusal {
        case .token(.signature(let refusal)): "\(refusal)"
        case .token(let refusal): "\(refusal)"
        case .key(let refusal): "\(refusal)"
        default: "\(refusal)"
        }
    }
}
