import Base
import Testing

@testable import Wire

@Suite struct RequestHeadParserTests {
    typealias Failure = RequestHeadParser.Failure

    struct Refusal: Sendable, CustomTestStringConvertible {
        var failure: Failure
        var text: String
        var testDescription: String { "\(failure): \(text.debugDescription)" }

        init(_ failure: Failure, _ text: String) {
            self.failure = failure
            self.text = text
        }

        /// A GET with the given lines behind a valid Host.
        static func lines(_ failure: Failure, _ lines: String) -> Refusal {
            Refusal(failure, "GET / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\r\n")
        }

        /// A GET of the given target.
        static func target(_ failure: Failure, _ target: String) -> Refusal {
            Refusal(failure, "GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
        }
    }

    static let accepted = [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\nGET /after/empty/line HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /v1/chat?x=1 HTTP/1.1\r\nHost: a:80\r\nContent-Length: 5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding:\tChunked \r\n\r\n0\r\n\r\n",
        "GET http://b.example:8/x?y HTTP/1.1\r\nHost: a\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
        "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: \r\nY:y\r\nZ: \t z z \t\r\n\r\nmore",
        "GET / HTTP/1.1\r\nHost: a\r\nX-Text: D\u{fc}sseldorf\r\n\r\n",
    ]

    static let refusals: [Refusal] = [
        // framing: both lengths, several or malformed lengths, codings
        .lines(.conflictingLengths, "Content-Length: 3\r\nTransfer-Encoding: chunked"),
        .lines(.conflictingLengths, "Transfer-Encoding: identity\r\nContent-Length: 3"),
        .lines(.conflictingLengths, "Content-Length: 3\r\nContent-Length: 3"),
        .lines(.conflictingLengths, "Content-Length: 3\r\nContent-Length: 4"),
        .lines(.malformedLength, "Content-Length: 3, 3"),
        .lines(.malformedLength, "Content-Length: +3"),
        .lines(.malformedLength, "Content-Length: -3"),
        .lines(.malformedLength, "Content-Length: 0x3"),
        .lines(.malformedLength, "Content-Length:"),
        .lines(.malformedLength, "Content-Length: 4 2"),
        .lines(.malformedLength, "Content-Length: 9223372036854775808"),
        .lines(.malformedLength, "Content-Length: 99999999999999999999999"),
        .lines(.unsupportedTransferCoding, "Transfer-Encoding: gzip, chunked"),
        .lines(.unsupportedTransferCoding, "Transfer-Encoding: deflate"),
        .lines(.malformedTransferEncoding, "Transfer-Encoding: chunked, gzip"),
        .lines(.malformedTransferEncoding, "Transfer-Encoding: chunked, chunked"),
        .lines(.malformedTransferEncoding, "Transfer-Encoding: xchunked"),
        .lines(.malformedTransferEncoding, "Transfer-Encoding: \"chunked\""),
        .lines(.malformedTransferEncoding, "Transfer-Encoding: chunked;q=1"),
        .lines(.malformedTransferEncoding, "Transfer-Encoding:"),
        .lines(
            .malformedTransferEncoding,
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"
        ),
        Refusal(
            .malformedTransferEncoding,
            "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        // line ends, controls, folding, names
        .lines(.malformedField, "X: a\rb"),
        .lines(.malformedField, "X: a\nY: b"),
        .lines(.malformedField, "X: a\r\r\n"),
        .lines(.malformedField, "X: a\0b"),
        .lines(.malformedField, "X: a\u{7f}"),
        .lines(.malformedField, "X: a\u{b}"),
        .lines(.malformedField, "X : a"),
        .lines(.malformedField, "X\t: a"),
        .lines(.malformedField, "X: a\r\n folded"),
        .lines(.malformedField, "X: a\r\n\tfolded"),
        .lines(.malformedField, " X: a"),
        .lines(.malformedField, ": a"),
        .lines(.malformedField, "no colon"),
        .lines(.malformedField, "X@: a"),
        .lines(.malformedField, "X\u{e9}: a"),
        .lines(.malformedField, "(X): a"),
        Refusal(.malformedField, "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
        Refusal(.malformedField, "GET / HTTP/1.1\r\nHost: a\r\n\rX"),
        Refusal(.malformedField, "GET / HTTP/1.1\r\nHost: a\n\r\n"),
        // Host
        Refusal(.malformedHost, "GET / HTTP/1.1\r\n\r\n"),
        Refusal(.malformedHost, "GET http://a/ HTTP/1.1\r\n\r\n"),
        .lines(.malformedHost, "Host: a"),
        .lines(.malformedHost, "HOST: b"),
        Refusal(.malformedHost, "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"),
        Refusal(.malformedHost, "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"),
        Refusal(.malformedHost, "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
        Refusal(.malformedHost, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
        Refusal(.malformedHost, "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
        Refusal(.malformedHost, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        Refusal(.malformedHost, "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n"),
        // request line and target
        .target(.malformedTarget, "/a#b"),
        .target(.malformedTarget, "/caf\u{e9}"),
        .target(.malformedTarget, "/a\tb"),
        .target(.malformedTarget, "/a b"),
        .target(.malformedTarget, "a"),
        .target(.malformedTarget, "*"),
        .target(.malformedTarget, "http://user@a/"),
        .target(.malformedTarget, "http://user:pass@a/"),
        .target(.malformedTarget, "http:///x"),
        .target(.malformedTarget, "ftp://a/"),
        .target(.malformedTarget, "a:443"),
        Refusal(.malformedTarget, "CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refusal(.malformedTarget, "CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refusal(.malformedTarget, "PRI * HTTP/1.1\r\n\r\nSM\r\n\r\n"),
        Refusal(.malformedTarget, "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refusal(.malformedRequestLine, "GET/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refusal(.malformedRequestLine, "GET /\r\n\r\n"),
        Refusal(.malformedRequestLine, "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refusal(.malformedRequestLine, "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
        Refusal(.malformedRequestLine, "GET / http/1.1\r\nHost: a\r\n\r\n"),
        Refusal(.malformedRequestLine, "GET / HTTP/1.10\r\nHost: a\r\n\r\n"),
        Refusal(.malformedRequestLine, "GET / HTTP/1,1\r\nHost: a\r\n\r\n"),
        Refusal(.malformedRequestLine, "GET / HTTP/1.1\nHost: a\n\n"),
        Refusal(.malformedRequestLine, "GET / HTTP/1.1\rHost: a\r\n\r\n"),
        Refusal(.malformedRequestLine, "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refusal(.malformedRequestLine, "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refusal(.malformedRequestLine, "G\u{e9}T / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refusal(.malformedRequestLine, "G@T / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refusal(.malformedRequestLine, "\u{16}\u{3}\u{1}\u{2}\0"),
        Refusal(.unsupportedVersion, "GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
        Refusal(.unsupportedVersion, "GET / HTTP/0.9\r\nHost: a\r\n\r\n"),
        Refusal(.http2Preface, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        .lines(.unsupportedExpectation, "Expect: 200-ok"),
        .lines(.unsupportedExpectation, "Expect: 100-continue\r\nExpect: 100-continue"),
    ]

    @Test(arguments: refusals) func `what framing forbids is refused by name`(_ case: Refusal) {
        #expect(RequestFeed.verdict(latin1(`case`.text)) == .refused(`case`.failure))
    }

    @Test(arguments: refusals) func `a refusal does not depend on the reads`(_ case: Refusal) {
        #expect(RequestFeed.disagreement(`case`.text) == nil)
    }

    @Test(arguments: accepted) func `a head does not depend on the reads`(_ text: String) {
        let verdict = RequestFeed.verdict(latin1(text))

        #expect(verdict != .incomplete)
        #expect(RequestFeed.disagreement(text) == nil)
    }

    @Test(arguments: accepted) func `every shorter piece of a head is incomplete`(
        _ text: String
    ) throws {
        let bytes = latin1(text)
        let parsed = try #require(try RequestFeed.whole(text))
        let verdicts = (0..<parsed.consumed).map { RequestFeed.verdict(Array(bytes[..<$0])) }

        #expect(verdicts.allSatisfy { $0 == .incomplete })
    }

    @Test func `a plain request is read into its parts`() throws {
        let text = "POST /v1/chat?x=1 HTTP/1.1\r\nHost: a:80\r\nContent-Length: 5\r\n\r\nhello"
        let parsed = try #require(try RequestFeed.whole(text))

        #expect(parsed.consumed == text.utf8.count - 5)
        #expect(parsed.head.method == .post)
        #expect(parsed.text(parsed.head.target) == "/v1/chat?x=1")
        #expect(parsed.text(parsed.head.path) == "/v1/chat")
        #expect(parsed.text(parsed.head.authority) == "a:80")
        #expect(parsed.head.framing == .length(5))
        #expect(parsed.head.isKeptAlive)
        #expect(!parsed.head.isAuthorityInTarget)
    }

    @Test func `an absolute form wins over Host (RFC 9112 §3.2.2)`() throws {
        let text = "GET http://b:8/x?y HTTP/1.1\r\nHost: a\r\n\r\n"
        let parsed = try #require(try RequestFeed.whole(text))

        #expect(parsed.text(parsed.head.authority) == "b:8")
        #expect(parsed.head.isAuthorityInTarget)
        #expect(parsed.text(parsed.head.target) == "/x?y")
        #expect(parsed.text(parsed.head.path) == "/x")
        #expect(!parsed.head.isTargetImplied)
    }

    @Test func `a head is reused without a trace of the one before`() throws {
        let parser = RequestHeadParser()
        var head = RequestHead()
        var scanned = 0
        let first = latin1(
            "POST http://b/ HTTP/1.0\r\nHost: a\r\nContent-Length: 3\r\n\r\n"
        )
        let second = latin1("GET / HTTP/1.1\r\nHost: c\r\n\r\n")

        _ = try parser.parse(first.span, scanned: &scanned, into: &head)
        _ = try parser.parse(second.span, scanned: &scanned, into: &head)

        #expect(head.fields.text(head.authority) == "c")
        #expect(!head.isAuthorityInTarget)
        #expect(head.framing == .none)
        #expect(head.fields.lines.count == 1)
        #expect(!head.fields.contains(.contentLength))
    }

    @Test func `pipelined requests are read one after the other`() throws {
        let bytes = latin1("GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: b\r\n\r\n")
        let first = try #require(try RequestFeed.feed(bytes, cuts: []))
        let rest = Array(bytes[first.consumed...])
        let second = try #require(try RequestFeed.feed(rest, cuts: []))

        #expect(first.text(first.head.target) == "/a")
        #expect(second.text(second.head.target) == "/b")
        #expect(first.consumed + second.consumed == bytes.count)
    }
}
