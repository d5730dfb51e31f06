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

    /// A reference, so that it is found once and looked at and changed in place.
    private final class Known {
        let traits: CallerTraits
        var identities: [Identity] = []

        init(_ traits: CallerTraits) {
            self.traits = traits
        }

        func keep(_ identity: Identity) {
            identities.removeAll { $0.route == identity.route && $0.service == identity.service }
            if identities.count == KnownCallers.identitiesMax { identities.removeFirst() }
            identities.append(identity)
        }
    }

    /// Callers, and identities of one caller, that are kept at most.
    static let callersMax = 4_096
    static let identitiesMax = 64

    private var known: [UInt64: Known] = [:]

    /// What routes ask about `principal`.
    mutating func traits(of principal: Principal) -> CallerTraits {
        entry(of: principal).traits
    }

    private mutating func entry(of principal: Principal) -> Known {
        if let found = known[principal.serial] { return found }
        let traits = CallerTraits(
            tenant: principal.tenant,
            tier: principal.tier,
            // Callers without a name are many: none of them is held to a version by it.
            subject: principal.isAnonymous ? "" : principal.subject,
            claims: principal.claims.map { .init(name: $0.name, value: $0.value) }
        )
        if known.count >= Self.callersMax { known.removeAll(keepingCapacity: true) }
        let made = Known(traits)
        known[principal.serial] = made
        return made
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
        let caller = entry(of: principal)
        for kept in caller.identities where kept.route == route && kept.service == service {
            if unixSeconds < kept.renewAt { return kept.token }
        }
        var claims = IdentityClaims()
        claims.subject = principal.subject
        claims.tenant = principal.tenant
        claims.tier = principal.tier
        claims.scopes = principal.scopes
        claims.audience = gateway.services[service].name
        claims.route = gateway.table.routes[route].name
        claims.issuedAt = unixSeconds
        // No longer than what has proved who the caller is.
        let ends = min(unixSeconds + gateway.ttl, principal.expires ?? .max)
        claims.expires = ends
        let token = signer.sign(claims)
        let renewed = Identity(
            route: route,
            service: service,
            token: token,
            renewAt: unixSeconds + max(1, (ends - unixSeconds) / 2)
        )
        caller.keep(renewed)
        return token
    }

    /// Forgets everything: another snapshot numbers routes anew.
    mutating func removeAll() {
        known.removeAll(keepingCapacity: true)
    }
}
