import Testing

@testable import Routing

@Suite struct RoutingProblemTests {
    private func service(_ name: String) -> ServiceRule {
        var rule = ServiceRule(name: name, split: .percent([100]))
        rule.versions = ["1.0.0"].compactMap { SemanticVersion($0) }
        return rule
    }

    @Test func `what can be served has no problems`() {
        let problems = RoutingProblem.all(
            routes: [route("a"), route("b", "/b/**")],
            services: [service("a"), service("b")]
        )

        #expect(problems == [])
        #expect(RoutingProblem.all(routes: [], services: []) == [])
    }

    @Test func `a route's name is there once`() {
        var second = route("a", "/b")
        second.service = "s"
        var unnamed = route("")
        unnamed.service = "s"
        let problems = RoutingProblem.all(
            routes: [second, second, unnamed],
            services: [service("s")]
        )

        #expect(
            problems == [
                RoutingProblem("routes[1].name", "is the name of routes[0] already"),
                RoutingProblem("routes[2].name", "is empty"),
            ]
        )
    }
}
