import Base
package import Crypto
import Telemetry

/// Believes who a caller is when a gateway has signed it for this service.
///
/// The same strictness as for tokens from outside: the key tells the algorithm, the audience is
/// ours alone, the lifetime is bounded by `exp`.
package final class IdentityVerifier: Sendable {
    /// Seconds by which the clocks of gateway and sidecar may differ.
    package static let leeway: Int64 = 2

    private struct Key: Sendable {
        let key: VerificationKey
        let algorithms: [SignatureAlgorithm]
    }

    private let keys: [Key]
    private let audience: String

    /// A verifier for `audience`, the service's own name, with every key that is still good.
    package init(
        _ settings: [IdentityKeySettings],
        audience: String
    ) throws(IdentitySigner.Failure) {
        var keys: [Key] = []
        for key in settings { keys.append(try Self.key(key)) }
        self.keys = keys
        self.audience = audience
    }

    /// Judges a token by what `cache` remembers, else by its signature.
    package func judge(
        _ token: Span<UInt8>,
        nowUnix: Int64,
        cache: inout VerdictCache,
        hasher: inout Hasher256
    ) -> Gatekeeper.Verdict {
        guard token.count <= JWS.maximumSize else { return .refused(.tooLarge) }
        let hash = hasher.hash(token)
        switch cache.find(hash, nowUnix: nowUnix) {
        case .accepted(let principal)?: return .accepted(principal)
        case .refused?: return .refused(.remembered)
        case nil: break
        }
        do throws(JWTVerifier.Refusal) {
            let principal = try verify(token, nowUnix: nowUnix)
            let end = principal.expires ?? nowUnix
            cache.insert(hash, .accepted(principal), validUntil: end, nowUnix: nowUnix)
            return .accepted(principal)
        } catch {
            if error == .signature(.wrongSignature) {
                cache.insert(hash, .refused, validUntil: nowUnix + 30, nowUnix: nowUnix)
            }
            return .refused(.token(error))
        }
    }

    /// Whom the token describes; it carries the gateway's route as a claim.
    package func verify(
        _ token: Span<UInt8>,
        nowUnix: Int64
    ) throws(JWTVerifier.Refusal) -> Principal {
        let read = try JWTVerifier.read(token)
        try checkSignature(read, token)
        let claims = try JWTVerifier.claims(read.payload)
        let named = try JWTVerifier.checked { () throws(TokenClaims.Failure) in
            try claims.list("aud")
        }
        guard let named else { throw .missingClaim }
        guard named == [audience] else { throw .wrongAudience }
        let expires = try JWTVerifier.checkTimes(claims, leeway: Double(Self.leeway), nowUnix)
        return try JWTVerifier.checked { () throws(TokenClaims.Failure) in
            try claims.principal(
                subject: claims.text("sub") ?? "",
                TokenClaims.Names(
                    tenant: "tenant",
                    tier: "tier",
                    scopes: "scopes",
                    models: "models",
                    others: ["route"]
                ),
                expires: expires
            )
        }
    }

    /// A key whose id is the token's; keys without id, and tokens without, fit all.
    private func checkSignature(
        _ read: JWS,
        _ token: Span<UInt8>
    ) throws(JWTVerifier.Refusal) {
        var refusal = JWTVerifier.Refusal.noKey
        for key in keys where read.keyID == nil || key.key.id == nil || key.key.id == read.keyID {
            do throws(JWS.Refusal) {
                try read.verify(token, key: key.key, algorithms: key.algorithms)
                return
            } catch {
                refusal = .signature(error)
            }
        }
        throw refusal
    }

    private static func key(_ settings: IdentityKeySettings) throws(IdentitySigner.Failure) -> Key {
        let id = settings.id.isEmpty ? nil : settings.id
        switch settings.material {
        case .secret(let secret):
            guard secret.count >= 32 else { throw .shortSecret }
            return Key(
                key: VerificationKey(id: id, material: .secret(secret)),
                algorithms: [.hs256]
            )
        case .privateKey(let text):
            guard let key = PrivateKey(pem: text)?.publicKey else { throw .malformedKey }
            return Key(
                key: VerificationKey(id: id, material: .publicKey(key)),
                algorithms: [.edDSA]
            )
        case .publicKey(let text):
            guard let key = PublicKey.ed25519(pem: text) else { throw .malformedKey }
            return Key(
                key: VerificationKey(id: id, material: .publicKey(key)),
                algorithms: [.edDSA]
            )
        }
    }
}
