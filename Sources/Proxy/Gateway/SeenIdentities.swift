import Access
import Base
import Telemetry

/// Identities that one worker has found good, by the token's bytes, until they expire.
///
/// Only good ones are kept, so that nobody can fill it with what he makes up. The place of a
/// token follows from its last bytes, which are the signature's: as good as drawn by lot.
struct SeenIdentities {
    private struct Seen {
        let token: [UInt8]
        let audience: String
        let caller: Caller
        let expires: Int64
    }

    static let places = 1_024

    private var seen: [Seen?] = []

    /// Who the token speaks for; `nil` when it is not good for `audience` now.
    mutating func caller(
        of token: Span<UInt8>,
        audience: String,
        by verifier: IdentityVerifier,
        now unixSeconds: Int64
    ) -> Caller? {
        let place = Self.place(of: token)
        if place < seen.count, let kept = seen[place], unixSeconds < kept.expires,
            kept.audience == audience, token.equals(kept.token.span)
        {
            return kept.caller
        }
        guard
            case .success(let claims) = verifier.verify(
                token,
                audience: audience,
                now: unixSeconds
            )
        else { return nil }
        let caller = Caller(subject: claims.subject, tenant: claims.tenant, tier: claims.tier)
        if seen.isEmpty { seen = Array(repeating: nil, count: Self.places) }
        seen[place] = Seen(
            token: token.array(0..<token.count),
            audience: audience,
            caller: caller,
            expires: claims.expires
        )
        return caller
    }

    /// Forgets everything: other keys count from now on.
    mutating func removeAll() {
        seen.removeAll()
    }

    private static func place(of token: Span<UInt8>) -> Int {
        var value = 0
        for index in max(0, token.count - 8)..<token.count {
            value = value &* 31 &+ Int(token[index])
        }
        return value & (places - 1)
    }
}
