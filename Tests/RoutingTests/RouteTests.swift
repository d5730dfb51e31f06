import Testing

@testable import Routing

@Suite struct RouteTests {
    @Test func `a route without conditions takes every path`() {
        let match = Route(name: "a", service: "b").match

        #expect(match.path == "/**")
        #expect(RouteConditions(match).count == 0)
    }

    @Test func `edits are empty until one is made`() {
        var edits = HeaderEdits()
        #expect(edits.isEmpty)

        edits.add = [.init(name: "a", value: "b")]
        #expect(!edits.isEmpty)
    }
}
