import Base
import Testing

@testable import Routing

@Suite struct CallerTraitsTests {
    @Test func `nobody is known by nothing`() {
        #expect(CallerTraits.none.tenant.isEmpty)
        #expect(CallerTraits.none.subject.isEmpty)
        #expect(CallerTraits.none.claims.isEmpty)
    }

    @Test func `the tenant's tag is that of a route for it`() {
        let route = RouteConditions(route("a") { $0.tenants = ["acme"].map { .init($0) } }.match)

        #expect(CallerTraits(tenant: "acme").tenantTag == route.tenantTag)
    }
}
