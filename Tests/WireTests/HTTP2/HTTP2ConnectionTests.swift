import Base
import Testing

@testable import Wire

@Suite struct HTTP2ConnectionTests {
    @Test func `a server begins with its settings and the connection's window`() {
        var link = TestLink(.server, isStarted: false)

        let events = link.receive(bytes: HTTP2Connection.preface + TestFrame.settings().bytes)
        let frames = link.sent()

        #expect(events == ["settings"])
        #expect(
            frames == [
                .settings([(6, 65_536), (3, 100), (8, 1)]), .windowUpdate(0, 983_041),
                .settingsAcknowledgement,
            ]
        )
    }

    @Test func `a request comes and its response leaves`() {
        var link = TestLink(.server)
        var head = RequestHead()

        let events = link.receive(
            .headers(1, Block.post, TestFrame.endHeaders),
            .data(1, "hel"),
            .data(1, "lo", TestFrame.endStream)
        )
        link.connection.takeHead(into: &head)
        link.sendHead("HTTP/1.1 200 OK", on: 1)
        link.send("world", on: 1, endsStream: true)
        let frames = link.sent()
        let open = link.connection.openStreams

        #expect(events == ["head 1", "data 1 hel", "data 1 lo end"])
        #expect(head.method == .post && head.fields.text(head.target) == "/")
        #expect(head.fields.text(head.authority) == "a")
        #expect(frames == [.headers(1, Block.ok, 4), .data(1, "world", 1)])
        #expect(open == 0)
    }

    @Test func `an answer may be a head alone, or have trailers`() {
        var link = TestLink(.server)
        _ = link.receive(.headers(1), .headers(3))

        link.sendHead("HTTP/1.1 103 Early Hints", on: 3)
        link.sendHead("HTTP/1.1 204 No Content", on: 1, endsStream: true)
        link.sendHead("HTTP/1.1 200 OK", on: 3)
        link.send("x", on: 3)
        link.sendTrailers("grpc-status: 0\r\n", on: 3)
        let frames = link.sent()
        let open = link.connection.openStreams

        #expect(frames.map(\.stream) == [3, 1, 3, 3, 3])
        #expect(frames.map(\.flags) == [4, 5, 4, 0, 5])
        #expect(open == 0)
    }

    @Test func `an empty end of a stream is an empty frame`() {
        var link = TestLink(.server)
        _ = link.receive(.headers(1))
        link.sendHead("HTTP/1.1 200 OK", on: 1)
        link.send("", on: 1)
        link.send("", on: 1, endsStream: true)
        link.send("too late", on: 1)
        link.sendTrailers("a: b\r\n", on: 1)

        let frames = link.sent()

        #expect(frames == [.headers(1, Block.ok, 4), .data(1, "", 1)])
    }

    @Test func `trailers end a request`() {
        var link = TestLink(.server)

        let events = link.receive(
            .headers(1, Block.post, 4),
            .data(1, "x"),
            .headers(1, Block.with([], "a", "b"))
        )
        let trailers = link.connection.takeTrailers()
        let names = trailers.lines.map { trailers.text($0.nameRange) }
        let isReceiving = link.connection.isReceiving(StreamID(1))

        #expect(events == ["head 1", "data 1 x", "trailers 1"])
        #expect(names == ["a"])
        #expect(!isReceiving)
    }

    @Test func `every event says whom its stream belongs to`() {
        var link = TestLink(.server)
        _ = link.receive(.headers(1, Block.post, 4), .headers(3, Block.post, 4))
        link.connection.setTag(11, of: StreamID(1))
        link.connection.setTag(33, of: StreamID(3))
        link.sendHead("HTTP/1.1 200 OK", on: 1, endsStream: true)
        var tags: [UInt64] = []

        for frame in [
            TestFrame.data(3, "x"), .data(1, "x", 1), .reset(3, .cancel), .headers(5),
        ] {
            _ = link.receive(frame)
            tags.append(link.connection.currentTag)
        }
        let rest = link.connection.tags

        #expect(tags == [33, 11, 33, 0])
        #expect(rest == [0])
    }

    @Test func `padding is passed over and credited`() {
        var limits = HTTP2Limits()
        limits.connectionWindow = 65_535
        var link = TestLink(.server, limits)
        _ = link.receive(.headers(1, Block.post, 4))

        let padded = [200] + Array("hi".utf8) + Array(repeating: 0, count: 200) as [UInt8]
        var events: [String] = []
        for _ in 0..<164 { events += link.receive(TestFrame(.data, 8, 1, padded)) }
        let frames = link.sent()

        #expect(Set(events) == ["data 1 hi"])
        // The connection gets back all of it, the stream what nobody else would credit.
        #expect(frames == [.windowUpdate(0, 32_886), .windowUpdate(1, 32_964)])
    }

    @Test func `bytes may arrive in any parts`() {
        let frames: [TestFrame] = [
            .settings(), .headers(1, Array(Block.post[..<3]), 0),
            TestFrame(.continuation, 4, 1, Array(Block.post[3...])), .data(1, "hello"),
            TestFrame(.data, 9, 1, [3, 97, 98, 0, 0, 0]), .ping(7), .headers(3),
            .reset(3, .cancel),
        ]
        let bytes = HTTP2Connection.preface + frames.flatMap(\.bytes)
        var whole = TestLink(.server, isStarted: false)
        let expected = joined(whole.receive(bytes: bytes))
        let expectedFrames = whole.sent()

        for cut in 1..<bytes.count {
            var link = TestLink(.server, isStarted: false)
            let events =
                link.receive(bytes: Array(bytes[..<cut]))
                + link.receive(bytes: Array(bytes[cut...]))
            let frames = link.sent()

            #expect(joined(events) == expected, "cut at \(cut)")
            #expect(frames == expectedFrames, "cut at \(cut)")
        }
        var link = TestLink(.server, isStarted: false)
        let events = bytes.flatMap { link.receive(bytes: [$0]) }

        #expect(joined(events) == expected)
    }

    /// The events, payload of one frame that came in parts put together.
    private func joined(_ events: [String]) -> [String] {
        events.reduce(into: []) { joined, event in
            let prefix = "data 1 "
            if event.hasPrefix(prefix), let last = joined.last, last.hasPrefix(prefix),
                !last.hasSuffix(" end")
            {
                joined[joined.count - 1] += event.dropFirst(prefix.count)
            } else {
                joined.append(event)
            }
        }
    }
}
