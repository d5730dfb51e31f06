import Base
import Testing

@testable import Wire

@Suite struct ResponseHeadParserTests {
    typealias Failure = ResponseHeadParser.Failure

    static let accepted = [
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
        "HTTP/1.1 200\r\n\r\n",
        "HTTP/1.1 200 \r\n\r\n",
        "HTTP/1.0 404 Not Found here\r\nX: y\r\n\r\n",
        "HTTP/1.1 999 Odd\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 500 Ori\u{eb}ntatie\r\n\r\n",
    ]

    static let refused: [(Failure, String)] = [
        (.malformedStatusLine, "HTTP/1.1 20 OK\r\n\r\n"),
        (.malformedStatusLine, "HTTP/1.1 2000 OK\r\n\r\n"),
        (.malformedStatusLine, "HTTP/1.1 099 No\r\n\r\n"),
        (.malformedStatusLine, "HTTP/1.1  200 OK\r\n\r\n"),
        (.malformedStatusLine, "HTTP/1.1 200\tOK\r\n\r\n"),
        (.malformedStatusLine, "HTTP/1.1 200 O\0K\r\n\r\n"),
        (.malformedStatusLine, "HTTP/1.1 200 OK\nX: y\r\n\r\n"),
        (.malformedStatusLine, "hello\r\n\r\n"),
        (.malformedStatusLine, "\r\nHTTP/1.1 200 OK\r\n\r\n"),
        (.unsupportedVersion, "HTTP/2.0 200 OK\r\n\r\n"),
        (.malformedField, "HTTP/1.1 200 OK\r\nX: a\u{1}\r\n\r\n"),
        (.malformedField, "HTTP/1.1 200 OK\r\nX: a\r\n folded\r\n\r\n"),
        (.malformedField, "HTTP/1.1 200 OK\r\nX : a\r\n\r\n"),
        (.malformedField, "HTTP/1.1 200 OK\r\nX: a\n\r\n"),
        (.conflictingLengths, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n"),
        (
            .conflictingLengths,
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
        ),
        (.malformedLength, "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n"),
        (.malformedLength, "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"),
        (.malformedLength, "HTTP/1.1 304 Same\r\nContent-Length: x\r\n\r\n"),
        (.unsupportedTransferCoding, "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"),
        (.unsupportedTransferCoding, "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
    ]

    @Test(arguments: refused) func `what framing forbids is refused by name`(
        _ failure: Failure,
        _ text: String
    ) {
        #expect(ResponseFeed.verdict(latin1(text)) == .refused(failure))
        #expect(ResponseFeed.disagreement(text) == nil)
    }

    @Test(arguments: accepted) func `a head does not depend on the reads`(_ text: String) {
        #expect(ResponseFeed.verdict(latin1(text)) != .incomplete)
        #expect(ResponseFeed.disagreement(text) == nil)
    }

    @Test(arguments: [
        ("200 OK\r\nContent-Length: 5", Method.get, BodyFraming.length(5)),
        ("200 OK\r\nContent-Length: 0", .get, .none),
        ("200 OK\r\nContent-Length: 5", .head, .none),
        ("200 OK\r\nTransfer-Encoding: chunked", .post, .chunked),
        ("200 OK", .get, .untilClose),
        ("204 No Content", .get, .none),
        ("304 Same\r\nContent-Length: 5", .get, .none),
        ("103 Early Hints", .get, .none),
        ("101 Switching Protocols", .get, .none),
        ("200 OK", .connect, .none),
    ]) func `framing depends on status and method (RFC 9112 §6.3)`(
        _ text: String,
        _ method: Method,
        _ framing: BodyFraming
    ) throws {
        let head = "HTTP/1.1 \(text)\r\n\r\n"
        let parsed = try #require(try ResponseFeed.whole(head, answering: method))

        #expect(parsed.head.framing == framing)
        #expect(parsed.head.isKeptAlive == (framing != .untilClose))
    }

    @Test func `a length on a 204 is dropped and ends its connection`() throws {
        let text = "HTTP/1.1 204 None\r\nContent-Length: 5\r\n\r\n"
        let parsed = try #require(try ResponseFeed.whole(text))

        #expect(!parsed.head.fields.contains(.contentLength))
        #expect(!parsed.head.isKeptAlive)
    }

    @Test(arguments: [
        ("Content-Type: text/event-stream", true),
        ("Content-Type: Text/Event-Stream; charset=utf-8", true),
        ("Content-Type: text/event-streams", false),
        ("Content-Type: text/event-stream\r\nContent-Encoding: gzip", false),
        ("X: y", false),
    ]) func `an event stream is told by its type`(_ lines: String, _ isStream: Bool) throws {
        let parsed = try #require(try ResponseFeed.whole("HTTP/1.1 200 OK\r\n\(lines)\r\n\r\n"))

        #expect(parsed.head.isEventStream == isStream)
    }

    @Test(arguments: ["\0", "\n", "\ra"], [60, 126, 127, 128, 129, 140])
    func `a bound passed before a bad byte counts first, however cut`(
        _ bad: String,
        _ length: Int
    ) {
        var limits = ResponseHeadParser.Limits()
        limits.headSize = 128
        let filler = String(repeating: "a", count: length)

        #expect(ResponseFeed.disagreement(filler + bad, limits) == nil)
        #expect(ResponseFeed.disagreement("HTTP/1.1 200 OK\r\nX: \(filler)\(bad)", limits) == nil)
    }

    @Test(arguments: ["HTTP/2.0 200 OK\r\nA: b", "HTTP/0.9 200 OK\r\nA: b"])
    func `another version is refused before the head ends, however cut`(_ text: String) {
        #expect(ResponseFeed.verdict(latin1(text)) == .refused(.unsupportedVersion))
        #expect(ResponseFeed.disagreement(text) == nil)
    }

    @Test func `one field line too many is refused before the head ends`() {
        var limits = ResponseHeadParser.Limits()
        limits.fieldCount = 2
        let text = "HTTP/1.1 200 OK\r\nA: 1\r\nB: 1\r\nC: 1\r\n"

        #expect(ResponseFeed.verdict(latin1(text), limits) == .refused(.tooManyFields))
        #expect(ResponseFeed.disagreement(text, limits) == nil)
    }
}
