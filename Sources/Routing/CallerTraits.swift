import Base

/// What routes and splits ask about the one who calls.
///
/// Made once for each credential and shared by every request that bears it.
package final class CallerTraits: Sendable {
    /// A claim of the caller's token; one that has several values stands here several times.
    package struct Claim: Sendable, Hashable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    struct ClaimBytes: Sendable {
        let name: [UInt8]
        let value: [UInt8]
    }

    /// Nobody in particular: fits no route that asks for a tenant, a tier or a claim.
    package static let none = CallerTraits()

    let tenant: [UInt8]
    let tier: [UInt8]
    let subject: [UInt8]
    let claims: [ClaimBytes]
    /// Tells tenants apart before their names are compared.
    let tenantTag: UInt32

    /// Empty texts stand for what is not known; the subject of an anonymous caller is empty.
    package init(
        tenant: String = "",
        tier: String = "",
        subject: String = "",
        claims: [Claim] = []
    ) {
        let name = Array(tenant.utf8)
        self.tenant = name
        self.tier = Array(tier.utf8)
        self.subject = Array(subject.utf8)
        self.claims = claims.map {
            ClaimBytes(name: Array($0.name.utf8), value: Array($0.value.utf8))
        }
        tenantTag = Tag.make(name.span)
    }
}
