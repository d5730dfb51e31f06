import Base
import Testing

@testable import Wire

/// What leaves now, and what waits (RFC 9113 §5.2, §6.9).
@Suite struct HTTP2SendingTests {
    @Test func `payload leaves in frames of at most 16 KiB`() {
        var link = responding(to: [1])

        link.send(count: 40_000, on: 1, endsStream: true)
        let frames = link.sent()
        let open = link.connection.openStreams

        #expect(frames.map(\.payload.count) == [16_384, 16_384, 7_232])
        #expect(frames.map(\.flags) == [0, 0, 1])
        #expect(open == 0)
    }

    @Test func `what the stream's window does not allow waits for it`() {
        var link = responding(to: [1], settings: [(4, 10)])

        link.send("0123456789abc", on: 1)
        link.send("def", on: 1, endsStream: true)
        link.send("ignored", on: 1)
        let first = link.sent()
        let waiting = link.connection.pending(on: StreamID(1))
        let events = link.receive(.windowUpdate(1, 4))
        link.pump()
        let second = link.sent()
        _ = link.receive(.windowUpdate(1, 100))
        link.pump()
        let third = link.sent()
        let drained = link.drained()

        #expect(first == [.data(1, "0123456789")])
        #expect(waiting == 6)
        #expect(events == ["window opened"])
        #expect(second == [.data(1, "abcd")])
        #expect(third == [.data(1, "ef", 1)])
        #expect(drained == [1])
    }

    @Test func `what the connection's window does not allow waits for it`() {
        var link = responding(to: [1, 3])

        link.send(count: 65_000, on: 1)
        link.send(count: 1_000, on: 3, endsStream: true)
        _ = link.sent()
        let waiting = link.connection.queuedBytes
        let events = link.receive(.windowUpdate(3, 1_000), .windowUpdate(0, 465))
        link.pump()
        let frames = link.sent()
        let open = link.connection.isOpen(StreamID(3))

        #expect(waiting == 465)
        #expect(events == ["window opened", "window opened"])
        #expect(frames == [.data(3, count: 465, 1)])
        #expect(!open)
    }

    @Test func `a window may go below zero (RFC 9113 §6.9.2)`() {
        var link = responding(to: [1], settings: [(4, 100)])
        link.send(count: 100, on: 1)
        _ = link.receive(.settings([(4, 40)]), .windowUpdate(1, 50))
        _ = link.sent()

        link.send("late", on: 1)
        let first = link.sent()
        let events = link.receive(.windowUpdate(1, 13))
        link.pump()
        let second = link.sent()
        let more = link.receive(.settings([(4, 41)]))
        link.pump()
        let third = link.sent()

        #expect(first.isEmpty)
        #expect(events == ["window opened"])
        #expect(second == [.data(1, "lat")])
        #expect(more == ["settings", "window opened"])
        #expect(third == [.settingsAcknowledgement, .data(1, "e")])
    }

    @Test func `an end without payload needs no window`() {
        var link = responding(to: [1], settings: [(4, 0)])

        link.send("", on: 1, endsStream: true)
        let frames = link.sent()

        #expect(frames == [.data(1, "", 1)])
    }

    @Test func `an end, or trailers, wait behind payload`() {
        var link = responding(to: [1, 3], settings: [(4, 1)])
        link.send("ab", on: 1)
        link.send("", on: 1, endsStream: true)
        link.send("cd", on: 3)
        link.sendTrailers("x: y\r\n", on: 3)
        let before = link.sent()

        _ = link.receive(.windowUpdate(1, 1), .windowUpdate(3, 1))
        link.pump()
        let after = link.sent()
        let drained = link.drained().sorted()
        let again = link.drained()

        #expect(before == [.data(1, "a"), .data(3, "c")])
        #expect(after.map(\.stream) == [1, 3, 3])
        #expect(after.map(\.flags) == [1, 0, 5])
        #expect(drained == [1, 3] && again.isEmpty)
    }

    @Test func `streams take turns`() {
        var link = responding(to: [1, 3, 5], settings: [(4, 0)])
        for stream in [1, 3, 5] as [UInt32] { link.send(count: 40_000, on: stream) }
        _ = link.receive(.settings([(4, 1 << 20)]), .windowUpdate(0, 1 << 20))
        _ = link.sent()

        link.pump()
        let frames = link.sent()

        #expect(frames.map(\.stream) == [1, 3, 5, 1, 3, 5, 1, 3, 5])
        #expect(frames.reduce(0) { $0 + $1.payload.count } == 120_000)
    }

    @Test func `a full output is not filled further`() {
        var limits = HTTP2Limits()
        limits.outputSize = 20_000
        var link = responding(to: [1], limits)

        link.send(count: 60_000, on: 1)
        let frames = link.sent()
        let waiting = link.connection.pending(on: StreamID(1))
        link.pump(room: 1)
        let more = link.sent()

        #expect(frames.count == 2)
        #expect(waiting == 60_000 - 32_768)
        #expect(more.count == 1)
    }

    @Test func `what waits is dropped with its stream`() {
        var link = responding(to: [1, 3], settings: [(4, 0)])
        link.send("ab", on: 1)
        link.send("cd", on: 3)

        let events = link.receive(.reset(1, .cancel), .settings([(4, 10)]))
        link.pump()
        let frames = link.sent()
        let waiting = link.connection.queuedBytes

        #expect(events == ["reset 1 cancel by peer", "settings", "window opened"])
        #expect(frames == [.settingsAcknowledgement, .data(3, "cd")])
        #expect(waiting == 0)
    }

    @Test func `a head too large for a frame is continued (RFC 9113 §6.10)`() {
        var link = TestLink(.server)
        _ = link.receive(.headers(1))
        var client = TestLink(.client)
        _ = client.connection.open(tag: 0)
        client.sendHead("GET / HTTP/1.1\r\nhost: a", on: 1, endsStream: true)
        let lines = (0..<40).map { number in
            "x-\(number): " + String(repeating: "{\(number)}", count: 250)
        }

        link.sendHead("HTTP/1.1 200 OK\r\n" + lines.joined(separator: "\r\n"), on: 1)
        let frames = link.sent()
        let events = client.receive(frames)
        var head = ResponseHead()
        client.connection.takeHead(into: &head)

        #expect(frames.map(\.kind) == [1, 9, 9])
        #expect(frames.map(\.flags) == [0, 0, 4])
        #expect(events == ["head 1"])
        #expect(head.fields.lines.count == 40)
    }

    @Test func `nothing is sent on streams that are over`() {
        var link = TestLink(.server)

        link.sendHead("HTTP/1.1 200 OK", on: 1)
        link.send("x", on: 1)
        link.sendTrailers("a: b\r\n", on: 1)
        link.connection.reset(StreamID(1), .cancel, to: &link.output)
        let frames = link.sent()
        let waiting = link.connection.pending(on: StreamID(1))

        #expect(frames.isEmpty && waiting == 0)
    }

    /// A server whose responses to these streams have begun.
    private func responding(
        to streams: [UInt32],
        _ limits: HTTP2Limits = HTTP2Limits(),
        settings: [(UInt16, UInt32)] = []
    ) -> TestLink {
        var link = TestLink(.server, limits, settings: settings)
        for stream in streams {
            _ = link.receive(.headers(stream))
            link.sendHead("HTTP/1.1 200 OK", on: stream)
        }
        _ = link.sent()
        return link
    }
}
