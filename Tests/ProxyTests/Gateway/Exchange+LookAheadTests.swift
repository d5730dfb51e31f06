import Access
import Base
import Config
import Policy
import Routing
import Telemetry
import Testing
import Wire

@testable import Proxy

@Suite struct ExchangeLookAheadTests {
    private let key = "x-api-key: \(KeyRecord.key("ann"))"
    private let bob = "x-api-key: \(KeyRecord.key("bob"))"
    private let body = #"{"messages":[{"model":"x"}],"model":"llama-3"}"#

    /// `chat` by the model, `small` for every other one.
    private func byModel(_ change: (inout GatewayConfig) -> Void = { _ in }) -> PlayedGateway {
        PlayedGateway {
            $0.routes[0].match.model = Wildcard("llama-*")
            $0.routes.append(.played("rest", "/v1/chat/**", "small"))
            change(&$0)
        }
    }

    @Test func `a body that comes byte by byte chooses the route`() throws {
        let played = byModel()
        let bytes = Array(body.utf8)

        let words = try played.ask("POST /v1/chat/a", [key, "content-length: \(bytes.count)"])
        #expect(words == "read")
        for byte in bytes.dropLast() {
            #expect(played.send([byte], isLast: false) == "hold, inspect")
        }
        #expect(played.send([bytes[bytes.count - 1]]) == "hold, inspect, connect")
        #expect(played.open() == "head, held")

        #expect(played.upstream.name.service == "chat")
        #expect(played.body == bytes)
        #expect(try played.respond(200) == "answerHead, reuse, finish")
        #expect(played.leaks == PlayedGateway.nothing)
    }

    @Test func `a chunked body is kept for another try`() throws {
        let played = byModel()
        try played.ask("POST /v1/chat/a", [key, "transfer-encoding: chunked"])

        played.send(#"{"model":"other"#, isLast: false)
        #expect(played.send("\"}", isLast: true) == "hold, inspect, connect")
        #expect(played.place == "small@1.0.0/0")
        #expect(played.tell(.upstreamFailed(.connectTimeout)) == "release")
        #expect(played.tell(.timer) == "connect")
        #expect(played.open() == "head, held")
        #expect(played.body == Array(#"{"model":"other"}"#.utf8))
    }

    @Test func `a chunked body may end with nothing`() throws {
        let played = byModel()
        try played.ask("POST /v1/chat/a", [key, "transfer-encoding: chunked"])

        #expect(played.send(body, isLast: false) == "hold, inspect, connect")
        #expect(played.send([], isLast: true) == "")
        #expect(played.open() == "head, held")
        #expect(played.upstream.name.service == "chat")
    }

    @Test func `beyond 64 KiB no model is looked for`() throws {
        let played = byModel()
        let blanks = [UInt8](repeating: 32, count: 40_000)
        let tail = Array(body.utf8)
        let count = 2 * blanks.count + tail.count

        try played.ask("POST /v1/chat/a", [key, "content-length: \(count)"])
        #expect(played.send(blanks, isLast: false) == "hold, inspect")
        #expect(played.send(blanks, isLast: false) == "hold, inspect, connect")
        #expect(played.send(tail) == "hold")
        #expect(played.open() == "head, held")

        #expect(played.upstream.name.service == "small")
        #expect(played.body == blanks + blanks + tail)
    }

    @Test func `a long body whose beginning tells the model goes there whole`() throws {
        let played = byModel()
        let head = Array(#"{"model":"llama-3","input":""#.utf8)
        let text = [UInt8](repeating: 97, count: 70_000)
        let tail = Array("\"}".utf8)
        let count = head.count + text.count + tail.count

        try played.ask("POST /v1/chat/a", [key, "content-length: \(count)"])
        played.send(head, isLast: false)
        #expect(played.send(text, isLast: false) == "hold, inspect, connect")
        #expect(played.open() == "head, held, read")
        #expect(played.send(tail) == "last")

        #expect(played.upstream.name.service == "chat")
        #expect(played.body == head + text + tail)
    }

    @Test func `two models are one too many`() throws {
        let played = byModel()
        let twice = #"{"model":"llama-3","mod\u0065l":"small"}"#

        try played.ask("POST /v1/chat/a", [key, "content-length: \(twice.utf8.count)"])

        #expect(played.send(twice) == "hold, inspect, reply malformed_request, finish")
        #expect(played.leaks == PlayedGateway.nothing)
    }

    @Test(arguments: ["[1]", "model=llama-3", #"{"model":7}"#, "{}"])
    func `a body without a model is for the other route`(_ text: String) throws {
        let played = byModel()

        try played.ask("POST /v1/chat/a", [key, "content-length: \(text.utf8.count)"])
        played.send(text)

        #expect(played.place == "small@1.0.0/0")
    }

    @Test func `a request without a body has no model`() throws {
        let played = byModel()

        #expect(try played.ask("GET /v1/chat/a", [key]) == "connect")
        #expect(played.place == "small@1.0.0/0")
    }

    @Test func `the client is told to go on once`() throws {
        let played = byModel()
        let fields = [key, "content-length: \(body.utf8.count)", "expect: 100-continue"]

        #expect(try played.ask("POST /v1/chat/a", fields) == "continue, read")
        #expect(played.send(body) == "hold, inspect, connect")
        #expect(played.open() == "head, held")
        #expect(played.sent("expect").isEmpty)
    }

    @Test func `a body that stops is not waited for`() throws {
        let played = byModel()
        try played.ask("POST /v1/chat/a", [key, "content-length: 9"])
        played.send("{", isLast: false)

        #expect(played.tell(.timer, after: 60_000) == "reply request_timeout, finish")
        #expect(played.leaks == PlayedGateway.nothing)
    }

    @Test func `an allow list is held against the model that the body names`() throws {
        let played = PlayedGateway()
        for (model, words) in [
            ("llama-3", "connect"), ("llama-4", "reply forbidden, finish"),
            ("small", "reply forbidden, finish"), ("x", "reply forbidden, finish"),
        ] {
            let text = #"{"model":"\#(model)"}"#
            let fields = [bob, "content-length: \(text.utf8.count)"]
            #expect(try played.ask("POST /v1/chat/a", fields) == "read")
            #expect(played.send(text) == "hold, inspect, \(words)")
            played.tell(.clientGone)
        }
        #expect(played.leaks == PlayedGateway.nothing)
    }

    @Test func `who may use every model is not read`() throws {
        let played = PlayedGateway()

        #expect(try played.ask("POST /v1/chat/a", [key, "content-length: 9"]) == "")
        #expect(played.exchange.attempt == .collecting)
    }

    @Test func `what came while the caller was looked up is looked at`() throws {
        let played = byModel { $0.auth.introspection = IntrospectionSettings() }
        let fields = ["api-key: abc", "content-length: \(body.utf8.count)"]
        try played.ask("POST /v1/chat/a", fields)
        #expect(played.send(body) == "hold")
        let caller = Principal(caller: Caller(subject: "ann"))

        let words = played.tell(.judged(.accepted(caller)))

        #expect(words == "inspect, connect, read")
        #expect(played.place.hasPrefix("chat@1.0.0/"))
    }
}
