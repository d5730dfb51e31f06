import Base
import Config
import Policy
import Telemetry
import Testing
import Wire

@testable import Proxy

@Suite struct ExchangeAttemptTests {
    @Test func `a connect that timed out is tried again`() throws {
        let played = try PlayedExchange("POST / HTTP/1.1")
        played.begin()

        #expect(played.tell(.timer, after: 999) == "")
        #expect(played.tell(.timer, after: 1) == "release")
        #expect(played.leaks == [1, 1, 0])
        #expect(played.tell(.timer) == "connect")
        #expect(
            played.tell(.timer, after: 1_000) == "release, reply connect_timeout, finish"
        )
        #expect(played.exchange.record.attempts == 2)
        #expect(played.exchange.record.processed == .no)
        #expect(played.leaks == [0, 0, 0])
    }

    @Test func `a refused connection is told, though the model is starting`() throws {
        let played = try PlayedExchange()
        played.begin()

        #expect(played.tell(.upstreamFailed(.connectRefused)) == "release")
        #expect(played.tell(.timer) == "reply connect_refused, finish")
        #expect(played.leaks == [0, 0, 0])
    }

    @Test func `a stale connection is tried again if the method allows`() throws {
        let played = try PlayedExchange()
        played.beginAndConnect(isReused: true)

        #expect(played.tell(.upstreamFailed(.staleConnection)) == "release")
        #expect(played.tell(.timer) == "connect")
    }

    @Test func `a POST is not sent twice over a stale connection`() throws {
        let played = try PlayedExchange("POST / HTTP/1.1")
        played.beginAndConnect(isReused: true)

        let words = played.tell(.upstreamFailed(.staleConnection))

        #expect(words == "release, release, reply upstream_reset, finish")
        #expect(played.exchange.record.processed == .maybe)
    }

    @Test func `a POST of which no byte was sent is tried again`() throws {
        let played = try PlayedExchange("POST / HTTP/1.1", ["content-length: 5"])
        played.isSending = false
        played.begin()
        played.tell(.requestBody(count: 5, isLast: true))
        played.tell(.upstreamReady(isReused: true))

        #expect(played.tell(.upstreamFailed(.staleConnection)) == "release")
        #expect(played.tell(.timer) == "connect")
        #expect(played.tell(.upstreamReady(isReused: false)) == "head, held")
        #expect(played.sent == [0, 5, 0, 5])
    }

    @Test func `a body handed over and not kept cannot be sent again`() throws {
        let played = try PlayedExchange("POST / HTTP/1.1", ["transfer-encoding: chunked"])
        played.isSending = false
        played.begin()
        played.tell(.requestBody(count: 5, isLast: false))
        played.tell(.upstreamReady(isReused: true))

        let words = played.tell(.upstreamFailed(.staleConnection))

        #expect(words == "release, release, reply upstream_reset, finish")
    }

    @Test func `a streamed body nobody took yet may go elsewhere`() throws {
        let played = try PlayedExchange("POST / HTTP/1.1", ["transfer-encoding: chunked"])
        played.isSending = false
        played.beginAndConnect(isReused: true)

        #expect(played.tell(.upstreamFailed(.staleConnection)) == "release")
    }

    @Test func `a reset before the answer is a 502, for a GET after a retry`() throws {
        let played = try PlayedExchange()
        played.beginAndConnect()

        #expect(played.tell(.upstreamFailed(.reset)) == "release")
        played.tell(.timer)
        played.tell(.upstreamReady(isReused: false))
        let words = played.tell(.upstreamFailed(.reset))
        #expect(words == "release, release, reply upstream_reset, finish")
        #expect(played.exchange.record.status == 502)
        #expect(played.leaks == [0, 0, 0])
    }

    @Test func `an outer layer that retries switches retries off`() throws {
        let played = try PlayedExchange("GET / HTTP/1.1", ["x-outrider-attempt: 2"])
        played.begin()

        let words = played.tell(.upstreamFailed(.connectTimeout))

        #expect(words == "release, reply connect_timeout, finish")
    }

    @Test func `without budget the failure at hand is the answer`() throws {
        let played = try PlayedExchange {
            $0.upstream.retry.budgetFloor = 0
            $0.upstream.retry.budgetRatio = 0
        }
        played.beginAndConnect()

        let words = played.tell(.upstreamFailed(.reset))

        #expect(words == "release, release, reply upstream_reset, finish")
    }

    @Test func `without a connection to spare the request is refused`() throws {
        let played = try PlayedExchange()
        played.begin()

        #expect(played.tell(.upstreamExhausted) == "release, reply over_capacity, finish")
        #expect(played.leaks == [0, 0, 0])
    }

    @Test func `no first byte in time is a 504 and not tried again`() throws {
        let played = try PlayedExchange { $0.server.timeouts.firstByte = .seconds(3) }
        played.beginAndConnect()

        #expect(played.tell(.timer, after: 2_999) == "")
        let words = played.tell(.timer, after: 1)
        #expect(words == "release, release, reply first_byte_timeout, finish")
        #expect(played.exchange.record.status == 504)
    }

    @Test func `an answer that cannot be read is a 502`() throws {
        let played = try PlayedExchange()
        played.beginAndConnect()

        let words = played.tell(.upstreamFailed(.malformedResponse))

        #expect(words == "release, release, reply upstream_protocol_error, finish")
    }

    @Test func `a new connection obeys a client that had stopped reading`() throws {
        let played = try PlayedExchange()
        played.beginAndConnect()
        played.tell(.downstreamBlocked(true))
        played.tell(.upstreamFailed(.reset))
        played.tell(.timer)

        #expect(played.tell(.upstreamReady(isReused: false)) == "head, pauseResponse")
    }
}
