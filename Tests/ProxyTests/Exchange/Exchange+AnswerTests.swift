import Base
import Config
import Policy
import Telemetry
import Testing
import Wire

@testable import Proxy

@Suite struct ExchangeAnswerTests {
    @Test(arguments: [502, 503, 504]) func `a GET is tried again on`(_ status: Int) throws {
        let played = try PlayedExchange()
        played.beginAndConnect()

        #expect(try played.respond(status) == "release")
        #expect(played.tell(.timer) == "connect")
    }

    @Test(arguments: [500, 501, 429, 404]) func `a GET is answered with`(_ status: Int) throws {
        let played = try PlayedExchange()
        played.beginAndConnect()

        #expect(try played.respond(status) == "answerHead")
        #expect(played.exchange.record.status == status)
    }

    @Test func `a POST gets the model's 503 as it is`() throws {
        let played = try PlayedExchange("POST / HTTP/1.1")
        played.beginAndConnect()

        #expect(try played.respond(503) == "answerHead")
    }

    @Test func `the model's Retry-After is waited for`() throws {
        let played = try PlayedExchange()
        played.beginAndConnect()
        _ = try played.respond(503, ["content-length: 0", "retry-after: 2"])

        #expect(played.tell(.timer, after: 1_999) == "")
        #expect(played.tell(.timer, after: 1) == "connect")
    }

    @Test func `a Retry-After beyond the deadline forbids the retry`() throws {
        let played = try PlayedExchange("GET / HTTP/1.1", ["x-request-timeout-ms: 1500"])
        played.beginAndConnect()

        let words = try played.respond(503, ["content-length: 0", "retry-after: 2"])

        #expect(words == "answerHead, reuse, finish")
    }

    @Test func `nothing is tried again once the answer has begun`() throws {
        let played = try PlayedExchange()
        played.beginAndConnect()
        _ = try played.respond(200)

        let words = played.tell(.upstreamFailed(.reset))

        #expect(words == "release, release, abort upstream_reset, finish")
        #expect(played.exchange.record.isAborted == true)
        #expect(played.exchange.record.status == 200)
        #expect(played.leaks == [0, 0, 0])
    }

    @Test func `silence in mid-answer is cut after the idle timeout`() throws {
        let played = try PlayedExchange { $0.server.timeouts.idle = .seconds(5) }
        played.beginAndConnect()
        _ = try played.respond(200, ["transfer-encoding: chunked"])
        played.tell(.responseBody(count: 3, isLast: false))
        played.tell(.responseBody(count: 3, isLast: false), after: 4_000)

        #expect(played.tell(.timer, after: 1_000) == "")
        let words = played.tell(.timer, after: 4_000)
        #expect(words == "release, release, abort idle_timeout, finish")
    }

    @Test func `a bare head of a stream stops no first-byte clock`() throws {
        let played = try PlayedExchange { $0.server.timeouts.firstByte = .seconds(3) }
        played.beginAndConnect()
        _ = try played.respond(200, ["transfer-encoding: chunked"])

        #expect(played.tell(.timer, after: 2_999) == "")
        let words = played.tell(.timer, after: 1)
        #expect(words == "release, release, abort first_byte_timeout, finish")
    }

    @Test func `the wait for a stream's first byte may outlast idle`() throws {
        let played = try PlayedExchange { $0.server.timeouts.idle = .seconds(1) }
        played.beginAndConnect()
        _ = try played.respond(200, ["transfer-encoding: chunked"])

        #expect(played.exchange.wakeAt == played.now.advanced(by: .seconds(600)))
    }

    @Test func `an answer before the end of its request is passed on`() throws {
        let played = try PlayedExchange("POST / HTTP/1.1", ["transfer-encoding: chunked"])
        played.beginAndConnect()
        _ = try played.respond(400)

        let words = played.tell(.responseBody(count: 2, isLast: true))

        #expect(words == "answerLast, release, finish")
        #expect(played.exchange.requestSide == .arriving)
    }

    @Test func `failures in a row open the breaker, and say when to return`() throws {
        let played = try PlayedExchange("POST / HTTP/1.1") {
            $0.upstream.breaker.consecutiveFailures = 1
            $0.upstream.breaker.jitter = 0
        }
        played.beginAndConnect()
        played.tell(.upstreamFailed(.reset))
        played.exchange.reset(
            snapshot: played.snapshot,
            upstream: 0,
            handle: 2,
            at: played.now,
            wallClock: 0
        )

        #expect(played.begin() == "reply breaker_open, finish")
        #expect(played.exchange.retryAfter == .seconds(5))
        #expect(played.exchange.record.processed == .no)
    }
}
