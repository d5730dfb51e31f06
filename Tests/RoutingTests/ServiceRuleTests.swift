import Testing

@testable import Routing

@Suite struct ServiceRuleTests {
    @Test func `a service holds nobody to a version unless told`() {
        let rule = ServiceRule(name: "a", split: .percent([]))

        #expect(rule.stickiness == .none)
        #expect(rule.fallback.isEmpty)
    }
}
