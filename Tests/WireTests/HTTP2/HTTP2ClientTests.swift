import Base
import Testing

@testable import Wire

/// The client's end: what a server answers, and what it may not do.
@Suite struct HTTP2ClientTests {
    @Test func `a client begins with the preface, and takes no pushes`() {
        var link = TestLink(.client, isStarted: false)

        let bytes = link.output.withReadable { $0.array(0..<$0.count) }
        let frames = TestFrame.all(in: bytes[24...])

        #expect(Array(bytes[..<24]) == HTTP2Connection.preface)
        #expect(frames == [.settings([(6, 65_536), (2, 0)]), .windowUpdate(0, 983_041)])
        _ = link.sent()
    }

    @Test func `a response comes, after others that are interim`() {
        var link = asking(["GET / HTTP/1.1\r\nhost: a"])
        var interim = ResponseHead()
        var head = ResponseHead()

        var events = link.receive(.headers(1, Block.with([], ":status", "103"), 4))
        link.connection.takeHead(into: &interim)
        events += link.receive(.headers(1, Block.ok, 4), .data(1, "hello", 1))
        link.connection.takeHead(into: &head)
        let open = link.connection.openStreams

        #expect(events == ["interim 1", "head 1", "data 1 hello end"])
        #expect(interim.status == 103 && head.status == 200)
        #expect(open == 0)
    }

    @Test func `streams have odd numbers in order, and tags`() {
        var link = TestLink(.client)

        let streams = [link.connection.open(tag: 7), link.connection.open(tag: 8)]
        let tags = link.connection.tags.sorted()

        #expect(streams == [StreamID(1), StreamID(3)])
        #expect(tags == [7, 8])
    }

    @Test func `a server may reset each stream behind its answer (§8.1)`() {
        var link = TestLink(.client)
        var failures: [String] = []

        for tag in 0..<1_000 as Range<UInt64> {
            guard let stream = link.connection.open(tag: tag) else { continue }
            link.sendHead("GET / HTTP/1.1\r\nhost: a", on: stream.number, endsStream: true)
            failures += link.receive(
                .headers(stream.number, Block.ok, 5),
                .reset(stream.number, .noError)
            ).filter { $0.hasPrefix("failed") }
        }
        let sent = link.sent().count

        #expect(failures.isEmpty)
        #expect(sent == 1_000)
    }

    @Test func `a stream without a head is given up in silence`() {
        var link = TestLink(.client)
        let stream = link.connection.open(tag: 7) ?? StreamID(0)

        link.connection.reset(stream, .cancel, to: &link.output)
        let frames = link.sent()
        let next = link.connection.open(tag: 8)

        #expect(frames.isEmpty)
        #expect(next == StreamID(3))
    }

    @Test func `a server says how many streams it takes`() {
        var link = TestLink(.client, settings: [(3, 1), (8, 1)])
        let takesConnect = link.connection.peerTakesExtendedConnect

        _ = link.connection.open(tag: 0)
        let second = link.connection.open(tag: 0)
        let events = link.receive(.settings([(3, 2)]))
        let third = link.connection.open(tag: 0)

        #expect(takesConnect)
        #expect(second == nil)
        #expect(events == ["settings"])
        #expect(third == StreamID(3))
    }

    @Test func `the response to HEAD has a length and no content`() {
        var link = asking(["HEAD / HTTP/1.1\r\nhost: a", "HEAD / HTTP/1.1\r\nhost: a"])
        let block = Block.with(Block.ok, "content-length", "5")

        let events = link.receive(.headers(1, block), .headers(3, block, 4), .data(3, "x", 1))

        #expect(events == ["head 1 end", "head 3", "reset 3 protocolError"])
    }

    @Test func `a refused stream is one that was not processed`() {
        var link = asking(["GET / HTTP/1.1\r\nhost: a", "GET / HTTP/1.1\r\nhost: a"])

        let events = link.receive(.reset(1, .refusedStream), .reset(3, .cancel))
        let tag = link.connection.currentTag

        #expect(events == ["reset 1 refusedStream by peer", "reset 3 cancel by peer"])
        #expect(tag == 2)
    }

    @Test func `streams above the last of a GOAWAY were not processed`() {
        var link = asking(Array(repeating: "GET / HTTP/1.1\r\nhost: a", count: 3))

        let events = link.receive(.goAway(1, .noError), .headers(1, Block.ok, 4))
        let canOpen = link.connection.canOpen
        let stream = link.connection.open(tag: 0)
        let isOver = link.connection.isOver
        let late = link.receive(.data(3, "x"), .data(1, "", 1))
        let isOverThen = link.connection.isOver

        #expect(events.first == "go away 1 noError")
        #expect(
            events.dropFirst().sorted() == [
                "head 1", "reset 3 refusedStream by peer", "reset 5 refusedStream by peer",
            ]
        )
        #expect(!canOpen && stream == nil && !isOver)
        #expect(late == ["data 1  end"])
        #expect(isOverThen)
    }

    @Test(
        arguments: [
            ([.headers(3, Block.ok)], .connection(.protocolError)),
            ([.headers(2, Block.ok)], .connection(.protocolError)),
            ([TestFrame(.pushPromise, 4, 1, [0, 0, 0, 2])], .connection(.protocolError)),
            ([.data(1, "x")], .stream(1, .protocolError)),
            ([.data(3, "x")], .connection(.protocolError)),
            ([.headers(1, Block.with([], ":status", "103"))], .stream(1, .protocolError)),
            ([.headers(1, Block.get)], .stream(1, .protocolError)),
            ([.headers(1, Block.ok, 4), .headers(1, Block.ok, 4)], .stream(1, .protocolError)),
            ([.settings([(2, 1)])], .connection(.protocolError)),
            ([.headers(1, Block.with([], ":status", "101"), 4)], .stream(1, .protocolError)),
        ] as [([TestFrame], HTTP2ViolationTests.Verdict)]
    )
    func `what a server may not do has its answer`(
        _ frames: [TestFrame],
        _ expected: HTTP2ViolationTests.Verdict
    ) {
        var link = asking(["GET / HTTP/1.1\r\nhost: a"])

        let events = link.receive(frames)
        let verdict = HTTP2ViolationTests.Verdict(events, link.sent())

        #expect(verdict == expected)
    }

    @Test func `a WebSocket opens by extended CONNECT (RFC 8441)`() {
        var server = TestLink(.server)
        var request = RequestHead()
        var response = ResponseHead()
        var link = asking([
            "GET /chat HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket"
        ])

        let asked = server.receive(link.sent() + [.data(1, "ping")])
        server.connection.takeHead(into: &request)
        server.sendHead("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket", on: 1)
        server.send("pong", on: 1)
        let answered = link.receive(server.sent())
        link.connection.takeHead(into: &response)

        #expect(asked == ["head 1", "data 1 ping"])
        #expect(request.upgrade == .webSocket && request.method == .get)
        #expect(answered == ["head 1", "data 1 pong"])
        #expect(response.isSwitch)
    }

    /// A client whose requests, tagged from 1 on, are on their way.
    private func asking(_ heads: [String]) -> TestLink {
        var link = TestLink(.client)
        for (index, head) in heads.enumerated() {
            let stream = link.connection.open(tag: UInt64(index) + 1)
            link.sendHead(head, on: stream?.number ?? 0, endsStream: !head.contains("upgrade"))
        }
        if heads.first?.contains("upgrade") != true { _ = link.sent() }
        return link
    }
}
