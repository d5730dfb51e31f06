import Testing

@testable import Access

@Suite struct IdentityClaimsTests {
    @Test func `claims that say nothing are over already`() {
        #expect(IdentityClaims().expires == 0)
        #expect(IdentityClaims() == IdentityClaims())
    }
}
