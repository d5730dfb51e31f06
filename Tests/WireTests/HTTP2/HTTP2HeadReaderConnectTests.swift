import Testing

@testable import Wire

/// CONNECT in both its forms, and heads that get an answer for what they ask.
@Suite struct HTTP2HeadReaderConnectTests {
    typealias Feed = HTTP2HeadFeed

    @Test func `a WebSocket's CONNECT is the GET of HTTP/1 (RFC 8441 §5)`() throws {
        let lines = Feed.connect + ["sec-websocket-version: 13", "cookie: a", "cookie: b"]
        let head = try Feed.request(lines, endsStream: false)

        #expect(head.method == .get && head.upgrade == .webSocket)
        #expect(head.framing == .none)
        #expect(head.fields.text(head.methodRange) == "GET")
        #expect(head.fields.text(head.target) == "/w?x")
        #expect(head.fields.text(head.authority) == "a")
        #expect(Feed.kept(head.fields) == ["sec-websocket-version: 13", "cookie: a; b"])
    }

    @Test func `a CONNECT for another protocol stays one`() throws {
        var lines = Feed.connect
        lines[1] = ":protocol: connect-udp"
        let head = try Feed.request(lines, endsStream: false)

        #expect(head.method == .connect && head.upgrade == .none)
        #expect(head.fields.text(head.methodRange) == "CONNECT")
    }

    @Test(arguments: [":scheme: https", ":path: /w?x", ":authority: a"])
    func `an extended CONNECT has all that a request has (RFC 8441 §4)`(_ line: String) {
        let lines = Feed.connect.filter { $0 != line }
        #expect(
            Feed.failure(lines) == .malformed(line.hasPrefix(":a") ? .authority : .pseudoField)
        )
        #expect(Feed.failure(lines + ["host: a"]) == .malformed(.pseudoField))
    }

    @Test func `what follows a WebSocket's head has no length`() {
        let lines = Feed.connect + ["content-length: 0"]
        #expect(Feed.failure(lines, endsStream: false) == .malformed(.contentLength))
    }

    @Test func `a plain CONNECT has an authority alone (§8.5)`() throws {
        let lines = [":method: CONNECT", ":authority: a:443"]
        let head = try Feed.request(lines, endsStream: false)

        #expect(head.method == .connect)
        #expect(head.fields.text(head.target) == "a:443")
        #expect(Feed.failure(lines + [":path: /"]) == .malformed(.pseudoField))
        #expect(Feed.failure(lines + [":scheme: http"]) == .malformed(.pseudoField))
        #expect(Feed.failure([lines[0], "host: a:443"]) == .malformed(.pseudoField))
        #expect(Feed.failure([lines[0], ":authority: a"]) == .malformed(.authority))
    }

    @Test func `a target beyond its bound is told so`() throws {
        let lines = Feed.get.map { $0 == ":path: /" ? ":path: /abcdef" : $0 }

        #expect(try Feed.request(lines, maximumTarget: 7).target.count == 7)
        let failure = Feed.failure { _ = try Feed.request(lines, maximumTarget: 6) }
        #expect(failure == .refused(.uriTooLong))
    }

    @Test func `a head beyond its bound is told so`() {
        let failure = Feed.failure { _ = try Feed.request(Feed.get, limit: 100) }
        #expect(failure == .refused(.headTooLarge))
    }

    @Test func `an expectation is that of HTTP/1 (RFC 9110 §10.1.1)`() throws {
        let lines = Feed.get + ["expect: 100-continue"]

        #expect(try Feed.request(lines, endsStream: false).expectsContinue)
        #expect(try !Feed.request(lines).expectsContinue)
        for wrong in ["expect: a", "expect: "] {
            #expect(Feed.failure(Feed.get + [wrong]) == .refused(.unsupportedExpectation))
        }
        #expect(Feed.failure(lines + ["expect: 100-continue"]) == .refused(.unsupportedExpectation))
    }
}
