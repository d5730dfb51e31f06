import Access
import Base
import Config
import Policy
import Routing
import Testing
import Wire

@testable import Proxy
@testable import Telemetry

@Suite struct ExchangeRouteTests {
    private let bob = ["x-api-key: \(KeyRecord.key("bob"))"]

    @Test func `what no route wants is not found`() throws {
        let played = PlayedGateway()

        #expect(try played.ask("GET /v2/chat") == "reply no_route, finish")
        #expect(played.answer.hasPrefix("HTTP/1.1 404 "))
        #expect(played.leaks == PlayedGateway.nothing)
    }

    @Test func `a caller needs every scope of the route`() throws {
        let played = PlayedGateway {
            $0.routes[0].scopes = ["chat:read", "chat:write"]
            $0.auth.keys[1].caller.models = nil
            $0.auth.keys[1].caller.scopes = ["chat:read"]
        }

        #expect(try played.ask() == "connect")
        #expect(try played.ask("GET /v1/chat/a", bob) == "reply forbidden, finish")
        #expect(played.answer.hasPrefix("HTTP/1.1 403 "))
    }

    @Test func `a list of models that names the service needs no body`() throws {
        let played = PlayedGateway { $0.routes.append(.played("small", "/small", "small")) }

        #expect(try played.ask("POST /small", bob + ["content-length: 9"]) == "")
        #expect(played.exchange.attempt == .collecting)
        #expect(try played.ask("GET /v1/chat/a", bob) == "reply forbidden, finish")
    }

    @Test func `a service's version is chosen by range, path or split`() throws {
        let played = PlayedGateway {
            $0.routes.append(.played("range", "/range", "chat"))
            $0.routes[1].version = VersionRange(">=1.5")
            $0.routes.append(.played("path", "/chat/{version}/a", "chat"))
            $0.services[0].rule.versionHeader = "x-version"
        }
        let key = "x-api-key: \(KeyRecord.key("ann"))"

        try played.ask()
        #expect(played.place.hasPrefix("chat@1.0.0/"))
        try played.ask("GET /range")
        #expect(played.place.hasPrefix("chat@2.0.0/"))
        try played.ask("GET /chat/^2/a")
        #expect(played.place.hasPrefix("chat@2.0.0/"))
        try played.ask("GET /v1/chat/a", [key, "x-version: 2"])
        #expect(played.place.hasPrefix("chat@2.0.0/"))
        #expect(try played.ask("GET /chat/3.1.0/a") == "reply no_route, finish")
        #expect(played.record.reason == .noRoute)
        #expect(try played.ask("GET /range", [key, "x-version: 1.0.0"]) == "connect")
        #expect(played.place.hasPrefix("chat@2.0.0/"))
    }

    @Test func `one caller always meets one version, all callers their shares`() throws {
        let played = PlayedGateway {
            $0.services[0].rule.split = .percent([50, 50])
            $0.services[0].rule.stickiness = .header("x-user")
        }
        let key = "x-api-key: \(KeyRecord.key("ann"))"
        var met: [Set<String>] = []
        for user in 0..<40 {
            var places: Set<String> = []
            for _ in 0..<3 {
                try played.ask("GET /v1/chat/a", [key, "x-user: \(user)"])
                places.insert("\(played.upstream.name)")
            }
            met.append(places)
        }

        #expect(met.allSatisfy { $0.count == 1 })
        #expect(Set(met).count == 2)
    }

    @Test func `a service may hash a header to its endpoint`() throws {
        let played = PlayedGateway {
            $0.services[0].policies.balance = .consistentHash
            $0.services[0].policies.hashOn = "x-session"
            $0.services[0].versions[0].endpoints = (0..<8).map { .host("10.0.0.\($0)", port: 1) }
        }
        let key = "x-api-key: \(KeyRecord.key("ann"))"
        var met: [Set<String>] = []
        for session in 0..<20 {
            var places: Set<String> = []
            for _ in 0..<3 {
                try played.ask("GET /v1/chat/a", [key, "x-session: \(session)"])
                places.insert(played.place)
                played.tell(.clientGone)
            }
            met.append(places)
        }

        #expect(met.allSatisfy { $0.count == 1 })
        #expect(Set(met).count > 2)
    }

    @Test func `models are listed as far as the caller may use them`() throws {
        let played = PlayedGateway {
            $0.routes.append(.played("small", "/small", "small"))
            $0.routes[1].scopes = ["chat:read"]
        }

        #expect(try played.ask("GET /v1/models") == "models, finish")
        #expect(played.answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(played.answer.contains(#"{"id":"llama-3","object":"model""#))
        #expect(played.answer.contains(#"{"id":"small","object":"model""#))
        #expect(try played.ask("GET /v1/%6dodels", bob) == "models, finish")
        #expect(played.answer.contains("llama-3"))
        #expect(!played.answer.contains("llama-4"))
        #expect(!played.answer.contains("small"))
        #expect(try played.ask("GET /v1/models", []) == "reply unauthenticated, finish")
        #expect(try played.ask("POST /v1/models") == "reply no_route, finish")
        #expect(played.leaks == PlayedGateway.nothing)
    }

    @Test func `a route of its own answers for the list of models`() throws {
        let played = PlayedGateway { $0.routes.append(.played("list", "/v1/models", "small")) }

        #expect(try played.ask("GET /v1/models") == "connect")
        #expect(played.place == "small@1.0.0/0")
    }

    @Test func `requests are counted by route, service and reason alone`() throws {
        let played = PlayedGateway { $0.routes[0].scopes = ["chat:read"] }
        for path in ["a", "b", "c"] {
            try played.ask("GET /v1/chat/\(path)")
            played.open()
            _ = try played.respond(200)
        }
        for _ in 0..<2 { try played.ask("GET /v1/chat/a", bob) }
        try played.ask("GET /v2")

        let entries = played.cells.registry.entries(of: Catalogue.routeRequests)

        let labels = entries.map(\.values).sorted { $0.joined() < $1.joined() }
        #expect(labels == [["chat", "chat", "1.0.0", ""], ["chat", "", "", "forbidden"]])
    }
}

/// What sidecars get to see.
@Suite struct GatewayHeadTests {
    private let key = "x-api-key: \(KeyRecord.key("ann"))"

    @Test func `the credential stays here unless the route keeps it`() throws {
        let played = PlayedGateway {
            $0.routes.append(.played("kept", "/kept", "small"))
            $0.routes[1].keepsCredential = true
        }

        try played.ask("GET /v1/chat/a", ["API-Key: \(KeyRecord.key("ann"))", key])
        played.open()
        #expect(!played.heads[0].contains("ork_"))
        try played.ask("GET /kept", [key])
        played.open()
        #expect(played.sent("x-api-key") == [KeyRecord.key("ann")])
    }

    @Test(arguments: [
        "x-outrider-identity", "X-Outrider-Identity", "x_outrider_identity",
        "x.outrider-identity", "x-outrider-attempt", "x-outrider-load", "x-outrider-anything",
        "X_OUTRIDER_PROCESSED",
    ]) func `what only we may say is removed`(_ name: String) throws {
        let played = PlayedGateway { $0.identity.signWith = [] }

        try played.ask("GET /v1/chat/a", [key, "\(name): forged"])
        played.open()

        #expect(!played.heads[0].contains("forged"))
    }

    @Test func `one's patience is believed, the count of tries is not`() throws {
        let played = PlayedGateway()
        let fields = [key, "x-outrider-timeout-ms: 5000", "x-outrider-attempt: 2"]

        try played.ask("GET /v1/chat/a", fields)
        #expect(played.tell(.upstreamFailed(.connectRefused), after: 1_000) == "release")
        #expect(played.tell(.timer) == "connect")
        played.open()

        #expect(played.sent("x-outrider-timeout-ms") == ["4000"])
        #expect(played.sent("x-outrider-attempt") == ["2"])
    }

    @Test func `a route rewrites path and fields both ways`() throws {
        let played = PlayedGateway {
            $0.routes[0].rewrite = "/predict/**"
            $0.routes[0].requestHeaders.remove = ["x-internal"]
            $0.routes[0].requestHeaders.set = [.init(name: "x-tier", value: "gold")]
            $0.routes[0].responseHeaders.remove = ["server"]
            $0.routes[0].responseHeaders.add = [.init(name: "x-by", value: "us")]
        }

        try played.ask("GET /v1/chat/a/b?q=1", [key, "x-internal: 1", "X-Tier: mine"])
        played.open()
        _ = try played.respond(200, ["content-length: 0", "server: x", "x-outrider-load: a=1"])

        #expect(played.heads[0].hasPrefix("GET /predict/a/b?q=1 HTTP/1.1\r\n"))
        #expect(played.sent("x-internal").isEmpty)
        #expect(played.sent("x-tier") == ["gold"])
        #expect(!played.heads[0].contains("mine"))
        #expect(played.got("server").isEmpty)
        #expect(played.got("x-by") == ["us"])
        #expect(!played.answer.contains("x-outrider-load"))
    }

    @Test(arguments: ["GET /v1/chat/a", "GET http://api.example/v1/chat/a"])
    func `a route may name the host, and there is one alone`(_ line: String) throws {
        let played = PlayedGateway {
            $0.routes[0].requestHeaders.set = [.init(name: "host", value: "model.internal")]
        }

        try played.ask(line)
        played.open()

        #expect(played.sent("host") == ["model.internal"])
        #expect(played.sent("x-forwarded-host") == ["api.example"])
    }

    @Test func `the caller is signed for once, for the service that is asked`() throws {
        let played = PlayedGateway()

        try played.ask("GET /v1/chat/a", [key, "x-outrider-identity: forged"])
        played.open()

        let tokens = played.sent("x-outrider-identity")
        #expect(tokens.count == 1)
        let verifier = try IdentityVerifier([.played], audience: "chat")
        let now = played.exchange.unixSeconds(played.now)
        let caller = try verifier.verify(Array(tokens[0].utf8).span, nowUnix: now)
        #expect(caller.tenant == "acme")
        #expect(caller.scopes == ["chat:read", "chat:write"])
        #expect(caller.claim("route") == "chat")
        let other = try IdentityVerifier([.played], audience: "small")
        #expect(throws: JWTVerifier.Refusal.wrongAudience) {
            _ = try other.verify(Array(tokens[0].utf8).span, nowUnix: now)
        }
    }

    @Test func `a stand-in is told of the caller in its own name`() throws {
        let played = PlayedGateway { $0.services[0].rule.fallback = ["small"] }
        try played.openBreaker(of: "chat@1.0.0")

        #expect(try played.ask() == "connect")
        played.open()

        let verifier = try IdentityVerifier([.played], audience: "small")
        let token = Array(try #require(played.sent("x-outrider-identity").first).utf8)
        let now = played.exchange.unixSeconds(played.now)
        let caller = try verifier.verify(token.span, nowUnix: now)
        #expect(caller.tenant == "acme")
    }
}
