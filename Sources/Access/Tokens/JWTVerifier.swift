import Base
import Crypto

/// Judges JSON Web Tokens of the issuers that are configured (RFC 7519, RFC 8725).
///
/// Nothing in a token chooses how it is judged: issuer, keys and algorithms are ours, and the
/// token must fit them.
package struct JWTVerifier: Sendable {
    /// Why a token is refused; the caller is not told.
    package enum Refusal: Error, Sendable, Hashable {
        case signature(JWS.Refusal)
        case malformedClaims
        case duplicateClaim
        /// `iss`, `aud` or `exp` is absent.
        case missingClaim
        case unknownIssuer
        case wrongAudience
        case expired
        case notYetValid
        /// A key of this id is not in the set, or too many could be meant.
        case noKey
    }

    package enum Verdict: Sendable {
        case accepted(Principal)
        case refused(Refusal)
        /// The set of this issuer has no such key; a fresh one may have it.
        case unknownKey(issuer: Int)
    }

    /// One issuer, its keys, and its settings in the form that is compared.
    struct Issuer: Sendable {
        let settings: IssuerSettings
        let algorithms: [SignatureAlgorithm]
        let keys: KeySetCell
        let leeway: Double

        init(_ settings: IssuerSettings, _ keys: KeySetCell) {
            self.settings = settings
            self.keys = keys
            algorithms = settings.algorithms.compactMap { SignatureAlgorithm($0.rawValue) }
            leeway = Double(settings.leeway.count) / 1e9
        }

        /// Whether a key that is not in the set may be in a newer one.
        var mayFetch: Bool {
            switch settings.keys {
            case .url: true
            case .inline, .secret: false
            }
        }
    }

    private let issuers: [Issuer]
    private let claimNames: [String]

    /// A verifier for `issuers`, whose keys are in the cells of the same index.
    package init(_ issuers: [IssuerSettings], keys: [KeySetCell], claimNames: [String] = []) {
        precondition(issuers.count == keys.count)
        self.issuers = zip(issuers, keys).map { Issuer($0, $1) }
        self.claimNames = claimNames
    }

    /// Judges a token in its compact form.
    package func judge(_ text: Span<UInt8>, nowUnix: Int64) -> Verdict {
        do throws(Refusal) {
            let token = try Self.read(text)
            let claims = try Self.claims(token.payload)
            let name = try Self.checked { () throws(TokenClaims.Failure) in
                try claims.text("iss")
            }
            guard let name else { throw .missingClaim }
            return try judge(text, token, claims, issuer: name, nowUnix)
        } catch {
            return .refused(error)
        }
    }

    /// Several issuers may share a name and differ in audience or keys: one must accept.
    private func judge(
        _ text: Span<UInt8>,
        _ token: JWS,
        _ claims: TokenClaims,
        issuer name: String,
        _ nowUnix: Int64
    ) throws(Refusal) -> Verdict {
        var verdict = Verdict.refused(.unknownIssuer)
        for (index, issuer) in issuers.enumerated()
        where issuer.settings.issuer.utf8.elementsEqual(name.utf8) {
            do throws(Refusal) {
                guard try isSigned(text, token, by: issuer) else {
                    verdict = .unknownKey(issuer: index)
                    continue
                }
                return .accepted(try accept(claims, of: issuer, nowUnix))
            } catch {
                if case .unknownKey = verdict { continue }
                verdict = .refused(error)
            }
        }
        return verdict
    }

    /// Whether a key of the issuer has signed it; `false` when no key of that id is known.
    private func isSigned(
        _ text: Span<UInt8>,
        _ token: JWS,
        by issuer: Issuer
    ) throws(Refusal) -> Bool {
        guard issuer.algorithms.contains(token.algorithm) else {
            throw .signature(.algorithmMismatch)
        }
        guard let set = issuer.keys.current else { return false }
        var id = token.keyID
        // A shared secret is the only key there is; its name does not matter.
        if case .secret = issuer.settings.keys { id = nil }
        let candidates = set.candidates(id, token.algorithm)
        guard !candidates.isEmpty else {
            if let id, set.keys.contains(where: { $0.id == id }) {
                throw .signature(.algorithmMismatch)
            }
            guard id != nil, issuer.mayFetch else { throw .noKey }
            return false
        }
        for key in candidates {
            do throws(JWS.Refusal) {
                try token.verify(text, key: key, algorithms: issuer.algorithms)
                return true
            } catch {
                // Of another key perhaps; the last one decides.
                continue
            }
        }
        throw .signature(.wrongSignature)
    }

    private func accept(
        _ claims: TokenClaims,
        of issuer: Issuer,
        _ nowUnix: Int64
    ) throws(Refusal) -> Principal {
        let audience = try Self.checked { () throws(TokenClaims.Failure) in
            try claims.list("aud")
        }
        guard let audience else { throw .missingClaim }
        guard audience.contains(where: { issuer.settings.audience.contains($0) }) else {
            throw .wrongAudience
        }
        let expires = try Self.checkTimes(claims, leeway: issuer.leeway, nowUnix)
        return try Self.checked { () throws(TokenClaims.Failure) in
            try claims.principal(
                subject: claims.text("sub") ?? "",
                TokenClaims.Names(
                    tenant: issuer.settings.tenantClaim,
                    tier: issuer.settings.tierClaim,
                    scopes: issuer.settings.scopesClaim,
                    models: issuer.settings.modelsClaim,
                    others: claimNames
                ),
                expires: expires
            )
        }
    }

    /// The second from which the token counts no more, leeway included.
    static func checkTimes(
        _ claims: TokenClaims,
        leeway: Double,
        _ nowUnix: Int64
    ) throws(Refusal) -> Int64 {
        let now = Double(nowUnix)
        guard let expires = try time("exp", claims) else { throw .missingClaim }
        if now >= expires + leeway { throw .expired }
        for name in ["nbf", "iat"] {
            if let start = try time(name, claims), now < start - leeway { throw .notYetValid }
        }
        return Int64((expires + leeway).rounded(.up))
    }

    static func read(_ text: Span<UInt8>) throws(Refusal) -> JWS {
        do throws(JWS.Refusal) {
            let token = try JWS(compact: text)
            try token.checkType()
            return token
        } catch {
            throw .signature(error)
        }
    }

    static func claims(_ payload: [UInt8]) throws(Refusal) -> TokenClaims {
        try checked { () throws(TokenClaims.Failure) in try TokenClaims(payload) }
    }

    static func time(_ name: String, _ claims: TokenClaims) throws(Refusal) -> Double? {
        try checked { () throws(TokenClaims.Failure) in try claims.time(name) }
    }

    /// A failure of the claims as a refusal of the token.
    static func checked<Value>(
        _ body: () throws(TokenClaims.Failure) -> Value
    ) throws(Refusal) -> Value {
        do throws(TokenClaims.Failure) {
            return try body()
        } catch {
            switch error {
            case .malformed: throw .malformedClaims
            case .duplicate: throw .duplicateClaim
            }
        }
    }
}
