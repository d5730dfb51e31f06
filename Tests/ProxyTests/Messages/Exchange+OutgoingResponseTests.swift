import Base
import Config
import Telemetry
import Testing
import Wire

@testable import Proxy

@Suite struct ExchangeOutgoingResponseTests {
    @Test func `hop-by-hop fields and ours do not come from the model`() throws {
        let played = try PlayedExchange()
        _ = try played.respond(
            200,
            [
                "content-length: 2", "connection: x-secret", "x-secret: 1", "keep-alive: a",
                "x-outrider-processed: no", "x-request-id: theirs", "server: uvicorn",
            ]
        )

        let text = played.answer()

        for name in ["x-secret", "keep-alive", "x-outrider-processed", "theirs"] {
            #expect(!text.contains(name))
        }
        #expect(text.contains("\r\nserver: uvicorn\r\n"))
        #expect(text.contains("\r\ncontent-length: 2\r\n"))
    }

    @Test func `a date is added where there is none`() throws {
        let without = try PlayedExchange()
        _ = try without.respond(200)
        let with = try PlayedExchange()
        _ = try with.respond(200, ["date: then", "content-length: 0"])

        #expect(without.answer().contains("\r\ndate: now\r\n"))
        #expect(with.answer().contains("\r\ndate: then\r\n"))
        #expect(!with.answer().contains("date: now"))
    }

    @Test func `trusted peers alone are told the load`() throws {
        let played = try PlayedExchange()
        _ = try played.respond(200)

        let text = played.answer(isTrusted: true)

        #expect(
            text.contains("\r\nx-outrider-load: in_flight=0, queue=0, limit=64, state=loading\r\n")
        )
        #expect(!played.answer(isTrusted: false).contains("x-outrider-load"))
    }

    @Test(
        arguments: [
            ("HTTP/1.1", "content-length: 2", OutgoingFraming.identity),
            ("HTTP/1.1", "transfer-encoding: chunked", .chunked),
            ("HTTP/1.1", "x: until-close", .chunked),
            ("HTTP/1.0", "transfer-encoding: chunked", .untilClose),
            ("HTTP/1.1", "content-length: 0", .none),
        ]
    ) func `a body is framed as the client understands it`(
        _ version: String,
        _ field: String,
        _ framing: OutgoingFraming
    ) throws {
        let played = try PlayedExchange("GET / \(version)")
        played.begin()
        _ = try played.respond(200, [field])

        let text = played.answer()

        #expect(played.exchange.answerFraming == framing)
        #expect(text.contains("transfer-encoding: chunked") == (framing == .chunked))
        let closes = played.exchange.closesAfterAnswer(framing, isDraining: false)
        #expect(closes == (version == "HTTP/1.0"))
    }

    @Test func `a drain, an early answer and a switch close`() throws {
        let drained = try PlayedExchange()
        drained.begin()
        let early = try PlayedExchange("POST / HTTP/1.1", ["transfer-encoding: chunked"])

        #expect(drained.exchange.closesAfterAnswer(.identity, isDraining: true) == true)
        #expect(drained.exchange.closesAfterAnswer(.identity, isDraining: false) == false)
        #expect(early.exchange.closesAfterAnswer(.identity, isDraining: false) == true)
        #expect(drained.answer(isClosing: true).contains("\r\nconnection: close\r\n"))
    }

    @Test func `an interim head passes with its fields`() throws {
        let played = try PlayedExchange()
        _ = try played.respond(103, ["link: </a>", "keep-alive: a"])
        var output = ByteBuffer()

        played.exchange.appendInterim(to: &output)

        #expect(output.text() == "HTTP/1.1 103 X\r\nlink: </a>\r\n\r\n")
    }

    @Test func `only the first 4 KiB of a 5xx body are kept`() throws {
        let played = try PlayedExchange()
        _ = try played.respond(500)
        let bytes = [UInt8](repeating: 1, count: 3_000)

        played.exchange.keepFailureBody(bytes.span)
        played.exchange.keepFailureBody(bytes.span)

        #expect(played.exchange.failureBody.readableCount == 4_096)
    }
}

extension PlayedExchange {
    /// The head for the client, as the worker would make it.
    fileprivate func answer(isClosing: Bool = false, isTrusted: Bool = false) -> String {
        var output = ByteBuffer()
        let line = Array("date: now\r\n".utf8)
        var date = InlineBytes<5>()
        date.assign(line.span, 0..<line.count)
        exchange.appendResponse(
            framing: exchange.answerFraming,
            isClosing: isClosing,
            isTrusted: isTrusted,
            date: date,
            to: &output
        )
        return output.text()
    }
}
