import Base
import Config
import Policy
import Synchronization
import Telemetry
import Testing
import Wire

@testable import Proxy

@Suite struct ExchangeWaitingTests {
    @Test func `a request without a slot waits, and is granted one`() throws {
        let played = try PlayedExchange { $0.upstream.admission.concurrency = 1 }
        played.fillSlots()

        #expect(played.begin() == "")
        #expect(played.exchange.attempt == .queued)
        let told = played.upstream.releaseSlot(serviceTime: nil, now: played.now)
        #expect(told?.exchange == 1)
        #expect(played.tell(.granted) == "connect")
    }

    @Test func `a request waits no longer than it may`() throws {
        let played = try PlayedExchange { $0.upstream.admission.concurrency = 1 }
        played.fillSlots()
        played.begin()

        #expect(played.tell(.timer, after: 9_999) == "")
        #expect(played.tell(.timer, after: 1) == "reply queue_timeout, finish")
        #expect(played.upstream.state.withLock { $0.admission.depth } == 0)
    }

    @Test func `a client that leaves the line is forgotten at once`() throws {
        let played = try PlayedExchange { $0.upstream.admission.concurrency = 1 }
        played.fillSlots()
        played.begin()

        #expect(played.tell(.clientGone) == "abort client_gone, finish")
        #expect(played.exchange.record.status == 499)
        #expect(played.upstream.state.withLock { $0.admission.depth } == 0)
    }

    @Test func `a full line refuses and says when to return`() throws {
        let played = try PlayedExchange {
            $0.upstream.admission.concurrency = 1
            $0.upstream.admission.queue = 0
        }
        played.fillSlots()

        #expect(played.begin() == "reply queue_full, finish")
        #expect(played.exchange.retryAfter != nil)
    }

    @Test func `whoever is turned away asks again`() throws {
        let played = try PlayedExchange { $0.upstream.admission.concurrency = 1 }
        played.fillSlots()
        played.begin()
        var refused: [AdmissionQueue.Ticket] = []
        played.upstream.state.withLock { $0.admission.drainAll(into: &refused) }

        #expect(refused.count == 1)
        #expect(played.tell(.turnedAway) == "")
        #expect(played.exchange.attempt == .queued)
    }

    @Test func `the deadline ends whatever goes on`() throws {
        let played = try PlayedExchange("GET / HTTP/1.1", ["x-request-timeout-ms: 500"])
        played.beginAndConnect()

        #expect(played.tell(.timer, after: 499) == "")
        let words = played.tell(.timer, after: 1)
        #expect(words == "release, reply deadline_exceeded, finish")
        #expect(played.exchange.record.status == 504)
    }

    @Test func `a total timeout cuts an answer`() throws {
        let played = try PlayedExchange { $0.server.timeouts.total = .seconds(2) }
        played.beginAndConnect()
        _ = try played.respond(200)

        let words = played.tell(.timer, after: 2_000)

        #expect(words == "release, abort deadline_exceeded, finish")
    }

    @Test func `a body that stops arriving is a 408`() throws {
        let played = try PlayedExchange("POST / HTTP/1.1", ["content-length: 20"])
        played.begin()
        played.tell(.requestBody(count: 1, isLast: false), after: 30_000)

        #expect(played.tell(.timer, after: 59_999) == "")
        #expect(played.tell(.timer, after: 1) == "reply request_timeout, finish")
        #expect(played.exchange.record.status == 408)
    }

    @Test func `a streamed body that stops arriving is a 408`() throws {
        let played = try PlayedExchange("POST / HTTP/1.1", ["transfer-encoding: chunked"])
        played.beginAndConnect()
        played.tell(.requestBody(count: 1, isLast: false), after: 30_000)

        #expect(played.tell(.timer, after: 30_000) == "")
        let words = played.tell(.timer, after: 30_000)
        #expect(words == "release, reply request_timeout, finish")
    }

    @Test func `a model that stops reading the body is at fault`() throws {
        let played = try PlayedExchange("POST / HTTP/1.1", ["transfer-encoding: chunked"]) {
            $0.server.timeouts.idle = .seconds(70)
        }
        played.beginAndConnect()

        #expect(played.tell(.upstreamBlocked(true)) == "pause")
        #expect(played.tell(.timer, after: 69_999) == "")
        let words = played.tell(.timer, after: 1)
        #expect(words == "release, release, reply first_byte_timeout, finish")
    }

    @Test func `a client is timed again when a slow model has caught up`() throws {
        let played = try PlayedExchange("POST / HTTP/1.1", ["transfer-encoding: chunked"]) {
            $0.server.timeouts.idle = nil
        }
        played.beginAndConnect()
        played.tell(.upstreamBlocked(true))
        played.tell(.timer, after: 60_000)
        try #require(played.exchange.wakeAt == .distantFuture)

        #expect(played.tell(.upstreamBlocked(false)) == "read")
        played.tell(.timer)
        let words = played.tell(.timer, after: 60_000)
        #expect(words == "release, reply request_timeout, finish")
    }

    @Test func `a half-closed client has a moment to get its first byte`() throws {
        let played = try PlayedExchange()
        played.beginAndConnect()
        played.tell(.clientEnded)

        #expect(played.tell(.timer, after: 999) == "")
        #expect(played.tell(.timer, after: 1) == "release, abort client_gone, finish")
        #expect(played.leaks == [0, 0, 0])
    }

    @Test func `a half-closed client keeps an answer that has begun`() throws {
        let played = try PlayedExchange()
        played.beginAndConnect()
        played.tell(.clientEnded)
        _ = try played.respond(200)

        #expect(played.tell(.timer, after: 1_000) == "")
        #expect(played.tell(.responseBody(count: 2, isLast: true)) == "answerLast, reuse, finish")
    }

    @Test func `back-pressure is passed on both ways`() throws {
        let played = try PlayedExchange("POST / HTTP/1.1", ["transfer-encoding: chunked"])
        played.beginAndConnect()

        #expect(played.tell(.upstreamBlocked(true)) == "pause")
        #expect(played.tell(.upstreamBlocked(false)) == "read")
        #expect(played.tell(.downstreamBlocked(true)) == "pauseResponse")
        #expect(played.tell(.downstreamBlocked(true)) == "")
        #expect(played.tell(.downstreamBlocked(false)) == "readResponse")
    }

    @Test func `a client that stops reading is not the model's fault`() throws {
        let played = try PlayedExchange { $0.server.timeouts.idle = .seconds(5) }
        played.beginAndConnect()
        _ = try played.respond(200)
        played.tell(.responseBody(count: 1, isLast: false))
        played.tell(.downstreamBlocked(true))

        #expect(played.tell(.timer, after: 5_000) == "release, abort client_gone, finish")
    }

    @Test func `the end of a drain's patience cuts what runs`() throws {
        let waiting = try PlayedExchange()
        waiting.beginAndConnect()
        let streaming = try PlayedExchange()
        streaming.beginAndConnect()
        _ = try streaming.respond(200)

        #expect(waiting.tell(.drainTimedOut) == "release, reply draining, finish")
        #expect(streaming.tell(.drainTimedOut) == "release, abort draining, finish")
    }
}
