import Base
import Config
import Policy
import Telemetry
import Testing
import Wire

@testable import Proxy

@Suite struct ExchangeTests {
    @Test func `a request without a body goes straight through`() throws {
        let played = try PlayedExchange()

        #expect(played.begin() == "connect")
        #expect(played.tell(.upstreamReady(isReused: false)) == "head")
        #expect(try played.respond(200) == "answerHead")
        #expect(played.tell(.responseBody(count: 1, isLast: false)) == "answer")
        #expect(played.tell(.responseBody(count: 1, isLast: true)) == "answerLast, reuse, finish")
        let record = played.exchange.record
        #expect(record.status == 200)
        #expect(record.processed == .yes)
        #expect(record.reason == nil)
        #expect(record.bytesOut == 2)
        #expect(played.leaks == [0, 0, 0])
    }

    @Test func `an answer without a body ends at its head`() throws {
        let played = try PlayedExchange()
        played.beginAndConnect()

        #expect(try played.respond(204, []) == "answerHead, reuse, finish")
        #expect(played.leaks == [0, 0, 0])
    }

    @Test func `interim heads are passed on and stop no clock`() throws {
        let played = try PlayedExchange()
        played.beginAndConnect()
        let wake = played.exchange.wakeAt

        #expect(played.tell(.interim, after: 5) == "interim")
        #expect(played.exchange.wakeAt == wake)
    }

    @Test func `after the end nothing is done any more`() throws {
        let played = try PlayedExchange()
        played.begin()
        played.tell(.clientGone)

        #expect(played.tell(.timer) == "")
        #expect(played.tell(.upstreamReady(isReused: false)) == "")
        #expect(played.exchange.wakeAt == .distantFuture)
    }

    @Test func `a recycled exchange remembers nothing`() throws {
        let played = try PlayedExchange("POST / HTTP/1.1", ["transfer-encoding: chunked"])
        played.beginAndConnect()
        played.tell(.requestBody(count: 9, isLast: false))
        played.tell(.clientGone)

        played.exchange.reset(
            snapshot: played.snapshot,
            upstream: 0,
            handle: 2,
            at: played.now,
            wallClock: 0
        )

        #expect(played.exchange.isBodySpent == false)
        #expect(played.exchange.isBodyReplayable == true)
        #expect(played.exchange.record.attempts == 0)
        #expect(played.exchange.wakeAt == .distantFuture)
    }

    @Test func `a tunnel ends when the model and then the client ended`() throws {
        let played = try tunnel()

        #expect(played.tell(.upstreamEnded) == "endResponse")
        #expect(played.tell(.clientEnded) == "endRequest, reuse, finish")
        #expect(played.exchange.record.reason == nil)
        #expect(played.leaks == [0, 0, 0])
    }

    @Test func `a tunnel ends when the client and then the model ended`() throws {
        let played = try tunnel()

        #expect(played.tell(.clientEnded) == "endRequest")
        #expect(played.tell(.upstreamEnded) == "endResponse, reuse, finish")
        #expect(played.exchange.record.reason == nil)
        #expect(played.leaks == [0, 0, 0])
    }

    @Test func `a client that ended before the switch ends the tunnel too`() throws {
        let played = try upgrade()
        played.tell(.clientEnded)

        #expect(try switched(played) == "answerHead, endRequest")
    }

    @Test func `a silent tunnel ends after the idle timeout`() throws {
        let played = try tunnel()

        #expect(played.tell(.timer, after: 119_999) == "")
        #expect(played.tell(.timer, after: 1) == "release, abort idle_timeout, finish")
    }

    private func upgrade() throws -> PlayedExchange {
        let played = try PlayedExchange(
            "GET /chat HTTP/1.1",
            [
                "connection: upgrade", "upgrade: websocket", "sec-websocket-version: 13",
                "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
            ]
        )
        played.beginAndConnect()
        return played
    }

    private func switched(_ played: PlayedExchange) throws -> String {
        try played.respond(101, ["connection: upgrade", "upgrade: websocket"])
    }

    private func tunnel() throws -> PlayedExchange {
        let played = try upgrade()
        let words = try switched(played)
        try #require(words == "answerHead")
        return played
    }
}
