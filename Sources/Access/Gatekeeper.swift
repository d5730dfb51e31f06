import Base
package import Crypto
import Synchronization
import Telemetry

/// Judges every credential: the one place that decides who a caller is.
///
/// Made with each configuration and shared by all workers; what it remembers about credentials
/// is each worker's own `VerdictCache`.
package final class Gatekeeper: Sendable {
    /// Why a credential is refused; the caller is only told that it is.
    package enum Refusal: Error, Sendable, Hashable {
        case tooLarge
        /// It begins like an API key, but prefix, length or checksum are wrong.
        case malformedKey
        case key(KeyRing.Refusal)
        case token(JWTVerifier.Refusal)
        /// It is neither a key nor a token that anybody here could judge.
        case unknownKind
        /// The introspection endpoint says so.
        case inactive
        /// The endpoint gave no answer: the caller may be good, but nobody can tell.
        case introspectionFailed
        /// It was refused a moment ago.
        case remembered
    }

    /// What must be fetched before the credential can be judged.
    package enum Lookup: Sendable, Hashable {
        /// The key set of this issuer; then judge anew.
        case keySet(issuer: Int)
        /// Ask the introspection endpoint; then say what it answered by `learned`.
        case introspection
    }

    package enum Verdict: Sendable {
        case accepted(Principal)
        case refused(Refusal)
        case lookUp(Lookup)
    }

    /// Seconds for which a bad signature is remembered.
    private static let refusalMemory: Int64 = 30
    private static let lastGeneration = Atomic<UInt64>(0)

    /// Who a caller without any credential is; `nil` refuses such callers.
    package let anonymous: Principal?
    /// The key sets of the issuers, by their index in the settings.
    package let keySets: [KeySetCell]
    private let keys: KeyRing
    private let tokens: JWTVerifier
    private let issuers: [IssuerSettings]
    /// Who is asked about tokens that nobody here can judge.
    package let introspection: IntrospectionSettings?
    private let claimNames: [String]
    /// How certificates tell who their holders are.
    let certificates: CertificateSettings?
    private let generation: UInt64

    /// Packs what `settings` say; key sets that `previous` has fetched are taken over.
    ///
    /// Nothing of the settings' keys is kept but what was packed: whoever drops the settings
    /// afterwards saves several hundred bytes for each key.
    package init(_ settings: AccessSettings, carrying previous: Gatekeeper? = nil) {
        keys = KeyRing(settings.keys)
        keySets = settings.issuers.map { Self.keySet(of: $0, carrying: previous) }
        tokens = JWTVerifier(settings.issuers, keys: keySets, claimNames: settings.claimNames)
        issuers = settings.issuers
        introspection = settings.introspection
        claimNames = settings.claimNames
        certificates = settings.certificates
        anonymous = settings.anonymous.map { caller in
            Principal(
                caller: Caller(subject: "anonymous", tenant: caller.tenant, tier: caller.tier),
                scopes: caller.scopes,
                models: caller.models,
                isAnonymous: true
            )
        }
        generation = Self.lastGeneration.add(1, ordering: .relaxed).newValue
    }

    /// Judges a credential; what was judged before costs one hash and one look.
    package func judge(
        _ credential: Span<UInt8>,
        nowUnix: Int64,
        cache: inout VerdictCache,
        hasher: inout Hasher256
    ) -> Verdict {
        guard credential.count <= JWS.maximumSize else { return .refused(.tooLarge) }
        cache.use(stamp: stamp)
        let hash = hasher.hash(credential)
        switch cache.find(hash, nowUnix: nowUnix) {
        case .accepted(let principal)?: return .accepted(principal)
        case .refused?: return .refused(.remembered)
        case nil: break
        }
        let verdict = judgeAnew(credential, hash, nowUnix)
        remember(verdict, hash, nowUnix, &cache)
        return verdict
    }

    /// Takes in what the introspection endpoint said about a credential.
    package func learned(
        _ answer: Introspection.Answer,
        about credential: Span<UInt8>,
        nowUnix: Int64,
        cache: inout VerdictCache,
        hasher: inout Hasher256
    ) -> Verdict {
        guard let introspection else { return .refused(.unknownKind) }
        cache.use(stamp: stamp)
        let hash = hasher.hash(credential)
        let seconds = Int64(clamping: introspection.cacheFor.count / 1_000_000_000)
        let until = nowUnix + min(seconds, 86_400)
        switch answer {
        case .active(let principal):
            let end = min(until, principal.expires ?? .max)
            cache.insert(hash, .accepted(principal), validUntil: end, nowUnix: nowUnix)
            return .accepted(principal)
        case .inactive:
            cache.insert(hash, .refused, validUntil: until, nowUnix: nowUnix)
            return .refused(.inactive)
        case .failed: return .refused(.introspectionFailed)
        }
    }

    /// Where the key set of an issuer is fetched; `nil` for one that came with the configuration.
    package func source(ofKeySet issuer: Int) -> (issuer: String, url: String)? {
        guard case .url(let url) = issuers[issuer].keys else { return nil }
        return (issuers[issuer].issuer, url)
    }

    /// Reads the answer of the introspection endpoint by this gatekeeper's settings.
    package func read(introspection answer: Span<UInt8>, nowUnix: Int64) -> Introspection.Answer {
        guard let introspection else { return .failed }
        return Introspection.parse(
            answer: answer,
            introspection,
            claimNames: claimNames,
            nowUnix: nowUnix
        )
    }

    private func judgeAnew(
        _ credential: Span<UInt8>,
        _ hash: SHA256Value,
        _ nowUnix: Int64
    ) -> Verdict {
        if credential.count >= 4, credential.equals(APIKey.prefix, 0..<4) {
            return judgeKey(credential, hash, nowUnix)
        }
        if !issuers.isEmpty, isToken(credential) {
            switch tokens.judge(credential, nowUnix: nowUnix) {
            case .accepted(let principal): return .accepted(principal)
            case .unknownKey(let issuer): return .lookUp(.keySet(issuer: issuer))
            case .refused(.unknownIssuer) where introspection != nil: break
            case .refused(let refusal): return .refused(.token(refusal))
            }
        }
        return introspection == nil ? .refused(.unknownKind) : .lookUp(.introspection)
    }

    private func judgeKey(
        _ credential: Span<UInt8>,
        _ hash: SHA256Value,
        _ nowUnix: Int64
    ) -> Verdict {
        guard APIKey.isWellFormed(credential) else { return .refused(.malformedKey) }
        do throws(KeyRing.Refusal) {
            return .accepted(try keys.find(hash, nowUnix: nowUnix))
        } catch {
            return .refused(.key(error))
        }
    }

    private func remember(
        _ verdict: Verdict,
        _ hash: SHA256Value,
        _ nowUnix: Int64,
        _ cache: inout VerdictCache
    ) {
        switch verdict {
        case .accepted(let principal):
            let end = principal.expires ?? .max
            cache.insert(hash, .accepted(principal), validUntil: end, nowUnix: nowUnix)
        case .refused(.token(.signature(.wrongSignature))):
            // The one refusal that costs something to find again.
            let end = nowUnix + Self.refusalMemory
            cache.insert(hash, .refused, validUntil: end, nowUnix: nowUnix)
        case .refused, .lookUp: return
        }
    }

    /// Another number whenever the configuration or a key set has changed.
    private var stamp: UInt64 {
        var stamp = generation << 32
        for cell in keySets { stamp &+= cell.revision }
        return stamp
    }

    private func isToken(_ credential: Span<UInt8>) -> Bool {
        credential.firstIndex(of: UInt8(ascii: ".")) != nil
    }

    /// The cell of an issuer whose keys come from where they came from before, or a new one.
    private static func keySet(
        of issuer: IssuerSettings,
        carrying previous: Gatekeeper?
    ) -> KeySetCell {
        switch issuer.keys {
        case .url:
            let index = previous?.issuers.firstIndex {
                $0.issuer == issuer.issuer && $0.keys == issuer.keys
            }
            guard let previous, let index else { return KeySetCell() }
            return previous.keySets[index]
        case .inline(let text, _):
            do throws(JWKSet.Failure) {
                return KeySetCell(try JWKSet.parse(Array(text.utf8).span))
            } catch {
                // The configuration has refused such a text before.
                return KeySetCell(JWKSet(keys: []))
            }
        case .secret(let secret):
            let key = VerificationKey(id: nil, material: .secret(secret), algorithm: .hs256)
            return KeySetCell(JWKSet(keys: [key]))
        }
    }
}
