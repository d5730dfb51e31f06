import Base
import Policy
import Routing
import Testing

@testable import Config

@Suite struct ServiceSchemaTests {
    @Test func `a service has all that is written, its versions in ascending order`() throws {
        let service = try #require(try GatewayText.config().gateway().services.first)

        let rule = service.rule
        #expect(rule.name == "sentiment")
        #expect(rule.versions.map(\.text) == ["1.4.0", "2.0.0"])
        #expect(rule.split == .percent([95, 5]))
        #expect(rule.stickiness == .tenant && rule.fallback == ["small", "@2.0.0"])
        #expect(rule.versionHeader == "x-model-version" && rule.versionQuery == "version")
        #expect(
            service.versions.map(\.endpoints) == [
                [
                    .host("10.0.0.5", port: 4000),
                    .dns("sentiment-v1.models.svc", port: 4000),
                ], [.host("10.0.0.6", port: 4000)],
            ]
        )
        #expect(service.versions.map(\.costPerCall) == [0.0001, 0])
        #expect(service.policies.retry.attempts == 3)
        #expect(service.policies.breaker.openFor == .seconds(1))
        #expect(service.policies.health.interval == .seconds(1))
    }

    @Test func `a service may say its endpoints without versions`() throws {
        let service = try #require(try GatewayText.config().gateway().services.last)

        #expect(service.rule.versions.map(\.text) == ["1"])
        #expect(service.rule.models == ["llama-8b"])
        #expect(service.versions.map(\.endpoints) == [[.unix(path: "/run/small.sock")]])
        #expect(service.versions.map(\.costPerCall) == [2])
    }

    @Test(arguments: [
        ("none", ServiceRule.Stickiness.none), ("tenant", .tenant), ("user", .user),
        ("header:X-Session", .header("x-session")),
    ])
    func `a caller sticks to a version by one of these`(
        _ word: String,
        _ stickiness: ServiceRule.Stickiness
    ) throws {
        let service = try GatewayText.service("sticky: '\(word)'").gateway().services.first

        #expect(service?.rule.stickiness == stickiness)
    }

    @Test func `what asks over HTTP is checked over HTTP`() throws {
        let kinds = try ["", "health: { path: '/up' }", "engine: 'vllm'"].map {
            try GatewayText.service($0).gateway().services.first?.policies.health.kind
        }
        let told = try GatewayText.service("health: { path: '/up', type: 'tcp' }").gateway()

        #expect(kinds == [.tcp, .http, .http])
        #expect(told.services.first?.policies.health.kind == .tcp)
    }

    @Test(arguments: [
        ("canary: {}", "services.a.canary: not supported by this build"),
        (
            "sticky: 'tenent'",
            "services.a.sticky: \"tenent\" is nothing to be sticky by, did you mean \"tenant\"?"
        ),
        (
            "sticky: 'cookie'",
            "services.a.sticky: \"cookie\" is nothing to be sticky by; "
                + "valid are tenant, user, header:NAME, none"
        ),
        ("versionHeader: 'a b'", "services.a.versionHeader: \"a b\" is not a header name"),
        ("admission: {}", "services.a.admission: unknown key"),
    ])
    func `a bad key of a service is told`(_ members: String, _ problem: String) {
        let problems = GatewayText.service(members).problems

        #expect(problems.count == 1)
        #expect(problems.first?.contains(": " + problem) == true, "\(problems)")
    }

    @Test(arguments: ["a@b", "*", "ä", "a b", ""])
    func `a service needs a name that can be referred to`(_ name: String) {
        let problems = ConfigText("{ services: { '\(name)': { endpoints: 'h:1' } } }").problems

        #expect(problems.map { $0.hasSuffix("\"\(name)\" is no name for a service") } == [true])
    }

    @Test(arguments: ["meta-llama/Llama-3.1", "a.b", "x_y"])
    func `a service may be named like a model`(_ name: String) throws {
        let config = ConfigText("{ services: { '\(name)': { endpoints: 'h:1' } } }")

        #expect(try config.gateway().services.map(\.rule.name) == [name])
    }
}
