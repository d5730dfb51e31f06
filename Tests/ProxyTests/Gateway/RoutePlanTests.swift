import Routing
import Testing

@testable import Proxy

@Suite struct RoutePlanTests {
    @Test func `a plan says what its route and its service say`() throws {
        var route = Route(name: "chat", service: "llama")
        route.scopes = ["chat:invoke"]
        route.version = VersionRange("^1.4")
        route.keepsCredential = true
        route.requestHeaders.set = [.init(name: "x-a", value: "b")]
        let version = try #require(SemanticVersion("1.4.0"))
        var rule = ServiceRule(name: "llama", split: .stable(version))
        rule.models = ["small", "large"]

        let plan = RoutePlan(route, service: 3, rule: rule)

        #expect(plan.name == "chat" && plan.service == 3)
        #expect(plan.serviceName == Array("llama".utf8))
        #expect(plan.models == ["small", "large"].map { Array($0.utf8) })
        #expect(plan.scopes == ["chat:invoke"] && plan.keepsCredential)
        #expect(plan.version?.contains(version) == true)
        #expect(!plan.requestEdits.isEmpty && plan.responseEdits.isEmpty)
    }
}
