import Base
import Config
import Policy
import Synchronization
import Telemetry
import Testing
import Wire

@testable import Proxy

@Suite struct ExchangeRequestTests {
    @Test func `a small body is read whole before a slot is asked for`() throws {
        let played = try PlayedExchange("POST / HTTP/1.1", ["content-length: 20"])

        #expect(played.begin() == "")
        #expect(played.tell(.requestBody(count: 10, isLast: false)) == "hold")
        #expect(played.leaks == [0, 0, 0])
        #expect(played.tell(.requestBody(count: 10, isLast: true)) == "hold, connect")
        #expect(played.tell(.upstreamReady(isReused: false)) == "head, held")
        #expect(played.sent == [0, 20])
    }

    @Test func `a model that is about to be known is looked for soon, then less often`() throws {
        let played = try PlayedExchange()
        let unknown = HealthMonitor(.init(played.upstream.config.health), now: played.now)
        played.upstream.state.withLock { state in
            state.isChecked = false
            for index in state.endpoints.indices { state.endpoints[index].health = unknown }
        }

        #expect(played.begin() == "")
        #expect(played.tell(.timer, after: 1) == "")
        #expect(played.tell(.timer, after: 1) == "")
        played.load()
        #expect(played.tell(.timer, after: 1) == "", "2 ms were waited, so 2 more are")
        #expect(played.tell(.timer, after: 1) == "connect")
    }

    @Test func `a client that waits for 100 is told to go on`() throws {
        let played = try PlayedExchange(
            "POST / HTTP/1.1",
            ["content-length: 20", "expect: 100-continue"]
        )

        #expect(played.begin() == "continue")
    }

    @Test func `a body of unknown length is streamed`() throws {
        let played = try PlayedExchange("POST / HTTP/1.1", ["transfer-encoding: chunked"])

        #expect(played.begin() == "connect")
        #expect(played.tell(.requestBody(count: 10, isLast: false)) == "hold")
        #expect(played.tell(.upstreamReady(isReused: false)) == "head, held, read")
        #expect(played.tell(.requestBody(count: 7, isLast: false)) == "forward")
        #expect(played.tell(.requestBody(count: 0, isLast: true)) == "last")
        #expect(played.sent == [0, 10, 7, 0])
    }

    @Test func `an empty chunked body still ends at the model`() throws {
        let played = try PlayedExchange("POST / HTTP/1.1", ["transfer-encoding: chunked"])
        played.begin()

        #expect(played.tell(.requestBody(count: 0, isLast: true)) == "")
        #expect(played.tell(.upstreamReady(isReused: false)) == "head, held")
    }

    @Test func `while waiting no more is held than may be replayed`() throws {
        let played = try PlayedExchange("POST / HTTP/1.1", ["transfer-encoding: chunked"]) {
            $0.upstream.retry.replayBody = ByteCount(100)
        }
        played.begin()

        #expect(played.tell(.requestBody(count: 60, isLast: false)) == "hold")
        #expect(played.tell(.requestBody(count: 60, isLast: false)) == "hold, pause")
        #expect(played.tell(.upstreamReady(isReused: false)) == "head, held, read")
    }

    @Test func `a declared body over the limit is refused at the head`() throws {
        let played = try PlayedExchange("POST / HTTP/1.1", ["content-length: 101"]) {
            $0.server.limits.requestBody = ByteCount(100)
        }

        #expect(played.begin() == "reply body_too_large, finish")
        #expect(played.exchange.record.status == 413)
    }

    @Test func `a chunked body over the limit is refused when it gets there`() throws {
        let played = try PlayedExchange("POST / HTTP/1.1", ["transfer-encoding: chunked"]) {
            $0.server.limits.requestBody = ByteCount(100)
        }
        played.beginAndConnect()
        played.tell(.requestBody(count: 100, isLast: false))

        let words = played.tell(.requestBody(count: 1, isLast: false))

        #expect(words == "release, reply body_too_large, finish")
        #expect(played.exchange.record.processed == .maybe)
        #expect(played.leaks == [0, 0, 0])
    }

    @Test(arguments: ["CONNECT model:80 HTTP/1.1", "TRACE / HTTP/1.1"])
    func `tunnels and traces are refused`(_ head: String) throws {
        let played = try PlayedExchange(head)

        #expect(played.begin() == "reply method_not_allowed, finish")
    }

    @Test func `OPTIONS that may go no further is answered here`() throws {
        let played = try PlayedExchange("OPTIONS * HTTP/1.1", ["max-forwards: 0"])

        #expect(played.begin() == "options, finish")
        #expect(played.exchange.record.status == 200)
    }

    @Test func `a draining sidecar refuses what begins`() throws {
        let played = try PlayedExchange()
        played.context.isRefusing = true

        #expect(played.begin() == "reply draining, finish")
    }

    @Test func `full buffers refuse what begins`() throws {
        let played = try PlayedExchange()

        let words = played.tell(.requestHead(isOverCapacity: true))

        #expect(words == "reply over_capacity, finish")
        #expect(played.exchange.retryAfter == .seconds(1))
    }

    @Test func `what cannot be read is answered and over`() throws {
        let played = try PlayedExchange()

        #expect(played.tell(.unreadable(.headerTooLarge)) == "reply header_too_large, finish")
        #expect(played.exchange.record.status == 431)
    }

    @Test func `a body that breaks its framing ends the attempt`() throws {
        let played = try PlayedExchange("POST / HTTP/1.1", ["transfer-encoding: chunked"])
        played.beginAndConnect()

        #expect(played.tell(.malformedBody) == "release, reply malformed_request, finish")
        #expect(played.leaks == [0, 0, 0])
    }

    @Test func `an injected delay holds the request back, then lets it go`() throws {
        let played = try PlayedExchange {
            $0.server.faults = FaultsConfig()
            $0.server.faults?.delay = .milliseconds(50)
        }

        #expect(played.begin() == "")
        #expect(played.leaks == [0, 0, 0])
        #expect(played.tell(.timer, after: 50) == "connect")
    }

    @Test func `an injected abort answers with its status`() throws {
        let played = try PlayedExchange {
            $0.server.faults = FaultsConfig()
            $0.server.faults?.abort = 418
        }

        #expect(played.begin() == "reply fault_injected, finish")
        #expect(played.exchange.record.status == 418)
    }

    @Test func `faults spare what they do not match`() throws {
        let played = try PlayedExchange {
            $0.server.faults = FaultsConfig()
            $0.server.faults?.abort = 418
            $0.server.faults?.match = "/v1/"
        }

        #expect(played.begin() == "connect")
    }
}
