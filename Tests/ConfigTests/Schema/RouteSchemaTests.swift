import Base
import Routing
import Testing

@testable import Config

@Suite struct RouteSchemaTests {
    @Test func `a route has all that is written`() throws {
        let routes = try GatewayText.config().gateway().routes
        #expect(routes.map(\.name) == ["sentiment", "route-2"])

        let sentiment = routes[0]
        #expect(sentiment.match.path == "/v1/sentiment/**" && sentiment.match.methods == ["POST"])
        #expect(sentiment.service == "sentiment" && sentiment.version?.text == "^1.4")
        #expect(sentiment.scopes == ["sentiment:invoke"] && sentiment.rewrite == "/predict")
        #expect(!sentiment.keepsCredential)

        let chat = routes[1]
        #expect(chat.match.host == "*.example.com" && chat.match.methods == ["POST"])
        #expect(chat.match.headers.map(\.name) == ["x-tier"])
        #expect(chat.match.headers.map(\.value.text) == ["*"])
        #expect(chat.match.query.map(\.name) == ["beta"])
        #expect(chat.match.model == Wildcard("llama-*"))
        #expect(chat.match.tenants.map(\.text) == ["acme", "umbrella"])
        #expect(chat.match.tiers.map(\.text) == ["gold"])
        #expect(chat.match.claims.map(\.value.text) == ["eu-*"])
        #expect(chat.keepsCredential)
    }

    @Test func `headers are removed, set and added`() throws {
        let route = try GatewayText.config().gateway().routes[1]

        #expect(route.requestHeaders.remove == ["cookie"])
        #expect(route.requestHeaders.set == [.init(name: "x-a", value: "b")])
        #expect(route.requestHeaders.add == [.init(name: "x-c", value: "d")])
        #expect(route.responseHeaders.remove == ["server"])
    }

    @Test(arguments: [
        ("match: { path: 'v1' }", "match.path: must begin with \"/\""),
        ("match: { path: '/a/**/b' }", "match.path: \"**\" may stand only at the end"),
        ("match: { path: '/a*' }", "match.path: \"*\" must be a whole segment"),
        ("match: { path: '/a//b' }", "match.path: must not have \"//\""),
        ("match: { path: '/a/../b' }", "match.path: must not have \"..\""),
        ("match: { path: '/a?b' }", "match.path: must be without a query"),
        ("match: { path: '/{id}' }", "match.path: \"{id}\" is no segment, only {version} is"),
        ("match: { path: '/{version}/{version}' }", "match.path: must have {version} once"),
        (
            "match: { host: 'a:80' }",
            "match.host: \"a:80\" is not a host such as api.example.com or *.example.com, "
                + "without port"
        ),
        ("match: { methods: 'post' }", "match.methods: \"post\" is not a method, write \"POST\""),
        ("match: { methds: 'POST' }", "match.methds: unknown key, did you mean \"methods\"?"),
        (
            "match: { headers: { 'a b': 'c' } }",
            "match.headers[\"a b\"]: \"a b\" is not a header name"
        ),
        ("match: { query: ['a'] }", "match.query: must be an object, not a list"),
        ("rewrite: '/a*'", "rewrite: may have \"*\" only as \"/**\" at its end"),
        (
            "requestHeaders: { remove: 'content-length' }",
            "requestHeaders.remove: \"content-length\" is set by Outrider itself"
        ),
        (
            "requestHeaders: { set: { 'X_Outrider.Identity': 'me' } }",
            "requestHeaders.set: \"X_Outrider.Identity\" is set by Outrider itself"
        ),
        (
            "responseHeaders: { add: { connection: 'close' } }",
            "responseHeaders.add: \"connection\" is set by Outrider itself"
        ),
    ])
    func `a bad key of a route is told`(_ members: String, _ problem: String) {
        let problems = GatewayText.route(members).problems

        let isTold = problems.map { $0.hasSuffix(": routes[0].\(problem)") }
        #expect(isTold == [true], "\(problems)")
    }

    @Test func `a route needs a service`() {
        #expect(
            ConfigText("{ routes: [{}] }").problems == [
                "s.json5:1:12: routes[0]: lacks the key \"service\""
            ]
        )
    }
}
