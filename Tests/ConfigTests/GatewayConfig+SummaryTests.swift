import Testing

@testable import Config

@Suite struct GatewayConfigSummaryTests {
    @Test func `the summary says what would run, on one line`() throws {
        let summary = try GatewayText.config(keys: "{ keys: [{ id: 'a' }] }").gateway().summary

        let expected =
            "gateway \"gateway\" :8080, admin :8081, 2 routes, 2 services in 3 versions, "
            + "callers: 1 key + 1 issuer + introspection + anonymous, signed identity"
        #expect(summary == expected)
    }

    @Test func `a gateway that lets nobody in says so`() throws {
        let summary = try ConfigText("{ routes: [] }").gateway().summary

        #expect(summary.contains("callers: none, so everything is refused, no signed identity"))
    }
}
