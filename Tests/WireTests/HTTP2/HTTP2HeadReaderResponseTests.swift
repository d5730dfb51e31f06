import Testing

@testable import Wire

/// Responses and trailers (RFC 9113 §8.1, §8.3.2).
@Suite struct HTTP2HeadReaderResponseTests {
    typealias Feed = HTTP2HeadFeed

    @Test func `a response is read as the same one in HTTP/1.1`() throws {
        let head = try Feed.response(
            [":status: 404", "content-length: 3", "content-type: text/event-stream"]
        )

        #expect(head.status == 404 && head.framing == .length(3) && head.isEventStream)
        #expect(head.isKeptAlive && head.minorVersion == 1 && !head.isInterim)
        let text = written { HeadEncoder.appendStatusLine(head, to: &$0) }
        #expect(text == "HTTP/1.1 404 \r\n")
    }

    @Test(
        arguments: [
            ["x: y"], [":status: 200", ":status: 200"], [":status: 200", ":path: /"],
            [":method: GET", ":status: 200"], ["x: y", ":status: 200"],
            [":status: 200", ":scheme: http"], [":status: 200", ":authority: a"],
            [":status: 200", ":protocol: websocket"], [],
        ]
    )
    func `a response has a status alone (§8.3.2)`(_ lines: [String]) {
        let failure = Feed.failure { _ = try Feed.response(lines) }
        #expect(failure == .malformed(.pseudoField))
    }

    @Test(arguments: ["", "20", "2000", "099", "2x0", "+20", " 200", "101", "000"])
    func `a status has three digits and is not 101 (§8.3.2, §8.6)`(_ status: String) {
        let failure = Feed.failure { _ = try Feed.response([":status: \(status)"]) }
        #expect(failure == .malformed(.status))
    }

    @Test func `an interim head is followed by another (§8.1)`() throws {
        let head = try Feed.response([":status: 103", "link: a", "content-length: 1"])

        #expect(head.isInterim && head.framing == .none)
        #expect(Feed.kept(head.fields) == ["link: a"])
        let failure = Feed.failure { _ = try Feed.response([":status: 100"], endsStream: true) }
        #expect(failure == .malformed(.streamEnd))
    }

    @Test func `what has no body has none, whatever its length says`() throws {
        let lines = ["content-length: 9"]
        for (status, method) in [(204, Method.get), (304, .get), (200, .head)] {
            for endsStream in [true, false] {
                let head = try Feed.response(
                    [":status: \(status)"] + lines,
                    answering: method,
                    endsStream: endsStream
                )
                #expect(head.framing == .none)
                #expect(head.fields.contains(.contentLength) == (status != 204))
            }
        }
    }

    @Test func `the end of the stream tells that of the body (§8.1)`() throws {
        #expect(try Feed.response([":status: 200"]).framing == .chunked)
        #expect(try Feed.response([":status: 200"], endsStream: true).framing == .none)
        let lines = [":status: 200", "content-length: 2"]
        let failure = Feed.failure { _ = try Feed.response(lines, endsStream: true) }
        #expect(failure == .malformed(.contentLength))
    }

    @Test func `the answer that opens a WebSocket is a 101 (RFC 8441 §5)`() throws {
        let lines = [":status: 200", "sec-websocket-protocol: a"]
        let head = try Feed.response(lines, upgrade: .webSocket)
        let refused = try Feed.response([":status: 403"], upgrade: .webSocket)

        #expect(head.status == 101 && head.isSwitch && head.framing == .none)
        #expect(refused.status == 403 && refused.framing == .chunked)
    }

    @Test(arguments: ["connection: close", "transfer-encoding: chunked", "te: trailers, x"])
    func `a field of one connection is malformed (§8.2.2)`(_ line: String) {
        let failure = Feed.failure { _ = try Feed.response([":status: 200", line]) }
        #expect(failure == .malformed(.connectionField))
    }

    @Test func `cookies of a response stay as they came`() throws {
        let head = try Feed.response([":status: 200", "set-cookie: a", "set-cookie: b"])
        #expect(Feed.kept(head.fields) == ["set-cookie: a", "set-cookie: b"])
    }

    @Test func `trailers are fields, without those that change a decision (§8.1)`() throws {
        let fields = try Feed.trailers(["grpc-status: 0", "content-length: 5", "x: y"])

        #expect(Feed.kept(fields) == ["grpc-status: 0", "x: y"])
        #expect(fields.contains(.grpcStatus))
        #expect(try Feed.trailers([]).lines.isEmpty)
    }

    @Test(arguments: [":status: 200", ":x: y", "X: y", "x:  y", "connection: close"])
    func `trailers are as strict as heads (§8.1)`(_ line: String) {
        let failure = Feed.failure { _ = try Feed.trailers(["x: y", line]) }
        guard case .malformed? = failure else {
            Issue.record("passed")
            return
        }
    }
}
