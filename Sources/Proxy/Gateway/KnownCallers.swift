import Access
import Base
import Routing

/// What one worker keeps of callers it has met: their traits, and identities signed for them.
///
/// An identity is signed once for each caller, service and route, and used until half its life.
/// Bounded: when it is full, everything is forgotten and made anew.
struct KnownCallers {
    private struct Identity {
        let route: Int
        let service: Int
        let token: [UInt8]
        /// Unix seconds.
        let renewAt: Int64
    }

    private struct Known {
        let traits: CallerTraits
        var identities: [Identity] = []
    }

    /// Callers, and identities of one caller, that are kept at most.
    static let callersMax = 4_096
    static let identitiesMax = 64

    private var known: [UInt64: Known] = [:]

    /// What routes ask about `principal`.
    mutating func traits(of principal: Principal) -> CallerTraits {
        if let found = known[principal.serial] { return found.traits }
        let traits = CallerTraits(
            tenant: principal.tenant,
            tier: principal.tier,
            // Callers without a name are many: none of them is held to a version by it.
            subject: principal.isAnonymous ? "" : principal.subject,
            claims: principal.claims.map { .init(name: $0.name, value: $0.value) }
        )
        if known.count >= Self.callersMax { known.removeAll(keepingCapacity: true) }
        known[principal.serial] = Known(traits: traits)
        return traits
    }

    /// A signed identity that is good for at least half its life more; `nil` when none is signed.
    mutating func identity(
        of principal: Principal,
        route: Int,
        service: Int,
        _ gateway: Gateway,
        now unixSeconds: Int64
    ) -> [UInt8]? {
        guard let signer = gateway.signer else { return nil }
        _ = traits(of: principal)
        let kept = known[principal.serial]?.identities.first {
            $0.route == route && $0.service == service
        }
        if let kept, unixSeconds < kept.renewAt { return kept.token }
        var claims = IdentityClaims()
        claims.subject = principal.subject
        claims.tenant = principal.tenant
        claims.tier = principal.tier
        claims.scopes = principal.scopes
        claims.audience = gateway.services[service].name
        claims.route = gateway.table.routes[route].name
        claims.issuedAt = unixSeconds
        claims.expires = unixSeconds + gateway.ttl
        let token = signer.sign(claims)
        let renewed = Identity(
            route: route,
            service: service,
            token: token,
            renewAt: unixSeconds + max(1, gateway.ttl / 2)
        )
        keep(renewed, of: principal.serial)
        return token
    }

    /// Forgets everything: another snapshot numbers routes anew.
    mutating func removeAll() {
        known.removeAll(keepingCapacity: true)
    }

    private mutating func keep(_ identity: Identity, of serial: UInt64) {
        known[serial]?.identities.removeAll {
            $0.route == identity.route && $0.service == identity.service
        }
        if known[serial]?.identities.count == Self.identitiesMax {
            known[serial]?.identities.removeFirst()
        }
        known[serial]?.identities.append(identity)
    }
}
