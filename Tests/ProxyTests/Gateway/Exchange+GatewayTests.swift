import Access
import Base
import Config
import Policy
import Telemetry
import Testing
import Wire

@testable import Proxy

@Suite struct ExchangeGatewayTests {
    private let key = KeyRecord.key("ann")

    @Test(arguments: ["/v1/chat/../a", "/v1/%2e%2E/a", "/v1//a", "/v1/a\\b", "/v1/%00", "/v1/%zz"])
    func `a path that could be read in two ways is malformed`(_ path: String) throws {
        let played = PlayedGateway()

        #expect(try played.ask("GET \(path)") == "reply malformed_request, finish")
        #expect(played.leaks == PlayedGateway.nothing)
    }

    @Test func `a path is matched and forwarded in its one form`() throws {
        let played = PlayedGateway()

        #expect(try played.ask("GET /v1/%63hat/%7ea%2fb?q=%63") == "connect")
        played.open()

        #expect(played.heads[0].hasPrefix("GET /v1/chat/~a%2Fb?q=%63 HTTP/1.1\r\n"))
    }

    @Test func `an absolute form without a path asks for the root`() throws {
        let played = PlayedGateway { $0.routes.append(.played("all", "/**", "small")) }

        #expect(try played.ask("GET http://api.example") == "connect")
        played.open()

        #expect(played.heads[0].hasPrefix("GET / HTTP/1.1\r\nhost: api.example\r\n"))
    }

    @Test func `who shows nothing is told how to show it`() throws {
        let played = PlayedGateway()

        #expect(try played.ask("GET /v1/chat/a", []) == "reply unauthenticated, finish")

        #expect(played.answer.hasPrefix("HTTP/1.1 401 Unauthorized\r\n"))
        #expect(played.got("www-authenticate") == [#"Bearer realm="outrider""#])
        #expect(played.got("x-outrider-processed") == ["no"])
    }

    @Test(arguments: [
        ["authorization: Basic YTpi"], ["authorization: Bearer"], ["x-api-key: a b"],
        ["x-api-key: a", "api-key: b"], ["authorization: Bearer a", "x-api-key: b"],
        ["x-api-key: \(KeyRecord.key("eve"))"], ["authorization: Bearer nothing"],
    ]) func `no bad credential passes, and none learns why`(_ fields: [String]) throws {
        let played = PlayedGateway { $0.auth.anonymous = CallerSettings() }

        #expect(try played.ask("GET /v1/chat/a", fields) == "reply unauthenticated, finish")

        let challenge = #"Bearer realm="outrider", error="invalid_token""#
        #expect(played.got("www-authenticate") == [challenge])
        #expect(played.leaks == PlayedGateway.nothing)
    }

    @Test(arguments: [
        "x-api-key: ", "api-key: ", "authorization: Bearer ", "Authorization: bearer  ",
    ])
    func `a key is good wherever clients put it`(_ prefix: String) throws {
        let played = PlayedGateway()

        #expect(try played.ask("GET /v1/chat/a", [prefix + key]) == "connect")

        #expect(played.exchange.passage.principal?.caller.keyID == "ann")
        #expect(played.exchange.passage.principal?.caller.tenant == "acme")
    }

    @Test func `the same key twice is one`() throws {
        let played = PlayedGateway()
        let fields = ["authorization: Bearer \(key)", "x-api-key: \(key)"]

        #expect(try played.ask("GET /v1/chat/a", fields) == "connect")
    }

    @Test func `an anonymous caller passes where that is configured`() throws {
        let played = PlayedGateway { $0.auth.anonymous = CallerSettings() }

        #expect(try played.ask("GET /v1/chat/a", []) == "connect")
        #expect(played.exchange.passage.principal?.caller.subject == "anonymous")
    }

    @Test func `bad credentials are throttled, good ones never`() throws {
        let played = PlayedGateway()
        let bad = ["x-api-key: bad"]
        for _ in 0..<20 {
            #expect(try played.ask("GET /v1/chat/a", bad) == "reply unauthenticated, finish")
        }

        #expect(try played.ask("GET /v1/chat/a", bad) == "reply auth_throttled, finish")
        #expect(played.answer.hasPrefix("HTTP/1.1 429 "))
        #expect(played.got("retry-after") == ["3"])
        #expect(try played.ask() == "connect")
        #expect(try played.ask("GET /v1/chat/a", []) == "reply unauthenticated, finish")
        played.client += 1
        #expect(try played.ask("GET /v1/chat/a", bad) == "reply unauthenticated, finish")
        played.client -= 1
        played.now = played.now.advanced(by: .seconds(3))
        #expect(try played.ask("GET /v1/chat/a", bad) == "reply unauthenticated, finish")
    }
}

/// Credentials that memory cannot judge.
@Suite struct ExchangeLookUpTests {
    /// Of key `unknown`, by `https://issuer.example`; the signature is never looked at.
    private static let token = [
        #"{"alg":"RS256","kid":"unknown"}"#,
        #"{"iss":"https://issuer.example","aud":"gateway","exp":2000000000}"#, "sign",
    ].map { text in
        var output: [UInt8] = []
        Base64URL.append(Array(text.utf8).span, to: &output)
        return String(decoding: output, as: UTF8.self)
    }.joined(separator: ".")

    private let fields = ["authorization: Bearer \(token)"]

    private func withIssuer() -> PlayedGateway {
        PlayedGateway { config in
            var issuer = IssuerSettings()
            issuer.issuer = "https://issuer.example"
            issuer.audience = ["gateway"]
            issuer.keys = .url("http://issuer.example/keys")
            config.auth.issuers = [issuer]
        }
    }

    private func withIntrospection(cacheFor: Nanoseconds = .seconds(30)) -> PlayedGateway {
        PlayedGateway { config in
            config.auth.introspection = IntrospectionSettings()
            config.auth.introspection?.cacheFor = cacheFor
        }
    }

    /// What the worker does when the endpoint has answered.
    private func answer(_ text: String?, _ played: PlayedGateway) throws -> String {
        let gatekeeper = try played.gateway.gatekeeper
        let seconds = played.exchange.unixSeconds(played.now)
        let said =
            text.map { gatekeeper.read(introspection: Array($0.utf8).span, nowUnix: seconds) }
            ?? .failed
        let credential = played.exchange.credential
        let verdict = played.context.learn(
            said,
            about: credential.span,
            by: gatekeeper,
            now: seconds
        )
        return played.tell(.judged(verdict))
    }

    @Test func `a key set that never came is our fault`() throws {
        let played = withIssuer()

        #expect(try played.ask("GET /v1/chat/a", fields) == "look up 0")
        #expect(played.tell(.keySetLookedUp) == "reply internal, finish")
        #expect(played.leaks == PlayedGateway.nothing)
    }

    @Test func `nobody waits for a key set for ever`() throws {
        let played = withIssuer()

        try played.ask("GET /v1/chat/a", fields)
        #expect(played.tell(.timer, after: 4_999) == "")
        #expect(played.tell(.timer, after: 1) == "reply internal, finish")
    }

    @Test func `a key that no set has is a bad credential`() throws {
        let played = withIssuer()
        let empty = Array(#"{"keys":[]}"#.utf8)
        try played.ask("GET /v1/chat/a", fields)

        try played.gateway.gatekeeper.keySets[0].publish(empty.span, now: played.now)

        #expect(played.tell(.keySetLookedUp) == "reply unauthenticated, finish")
    }

    @Test func `bad keys from an address hold up no look-up`() throws {
        let played = withIssuer()
        for _ in 0..<30 { try played.ask("GET /v1/chat/a", ["x-api-key: bad"]) }

        let words = try played.ask("GET /v1/chat/a", fields)

        #expect(!words.contains("reply"))
    }

    @Test func `who leaves before he is known spends his look-ups`() throws {
        let played = withIssuer()
        for _ in 0..<256 {
            try played.ask("GET /v1/chat/a", fields)
            played.tell(.clientGone)
        }

        #expect(try played.ask("GET /v1/chat/a", fields) == "reply auth_throttled, finish")
    }

    @Test func `a look-up that proves a caller good costs nothing`() throws {
        let played = withIntrospection()
        for count in 0..<300 {
            try played.ask("GET /v1/chat/a", ["authorization: Bearer token-\(count)"])
            let words = try answer(#"{"active":true,"sub":"ann"}"#, played)
            try #require(words == "connect")
            played.tell(.clientGone)
        }
    }

    @Test func `a body that came meanwhile goes on with its head`() throws {
        let played = withIntrospection()
        let line = "POST /v1/chat/a"

        #expect(try played.ask(line, fields + ["content-length: 4"]) == "introspect")
        #expect(played.send("abcd") == "hold")
        #expect(try answer(#"{"active":true,"sub":"ann"}"#, played) == "connect")
        #expect(played.open() == "head, held")
        #expect(played.body == Array("abcd".utf8))
        #expect(played.exchange.passage.principal?.caller.subject == "ann")
    }

    @Test func `an active token is remembered, as far as that is wanted`() throws {
        let played = withIntrospection()
        try played.ask("GET /v1/chat/a", fields)
        #expect(try answer(#"{"active":true,"sub":"ann"}"#, played) == "connect")

        #expect(try played.ask("GET /v1/chat/a", fields) == "connect")
        played.now = played.now.advanced(by: .seconds(31))
        #expect(try played.ask("GET /v1/chat/a", fields) == "introspect")
    }

    @Test func `a token that is not to be remembered still passes once`() throws {
        let played = withIntrospection(cacheFor: .zero)
        try played.ask("GET /v1/chat/a", fields)

        #expect(try answer(#"{"active":true,"sub":"ann"}"#, played) == "connect")
    }

    @Test func `an inactive token is a bad credential`() throws {
        let played = withIntrospection()
        try played.ask("GET /v1/chat/a", fields)

        #expect(try answer(#"{"active":false}"#, played) == "reply unauthenticated, finish")
    }

    @Test(arguments: [nil, "<html>"])
    func `a token that nobody could judge is our fault`(_ said: String?) throws {
        let played = withIntrospection()
        try played.ask("GET /v1/chat/a", fields)

        #expect(try answer(said, played) == "reply internal, finish")
        #expect(played.got("retry-after") == ["1"])
    }

    @Test func `a client that leaves is not waited for`() throws {
        let played = withIntrospection()
        try played.ask("GET /v1/chat/a", fields)

        #expect(played.tell(.clientGone) == "abort client_gone, finish")
        #expect(played.tell(.keySetLookedUp) == "")
        #expect(played.leaks == PlayedGateway.nothing)
    }
}
