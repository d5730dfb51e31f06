import Base
import Testing

@testable import Wire

/// What a peer may send us, and what it is given back (RFC 9113 §5.2).
@Suite struct HTTP2ReceivingTests {
    @Test func `a stream is credited half a window at a time`() {
        var link = TestLink(.server)
        _ = link.receive(.headers(1, Block.post, 4))
        _ = link.receive((0..<3).map { _ in .data(1, count: 16_384) })

        link.connection.credit(32_767, on: StreamID(1), to: &link.output)
        let before = link.sent()
        link.connection.credit(1, on: StreamID(1), to: &link.output)
        let after = link.sent()

        #expect(before.isEmpty)
        #expect(after == [.windowUpdate(1, 32_768)])
    }

    @Test func `what is not credited cannot be exceeded`() {
        var link = TestLink(.server)
        _ = link.receive(.headers(1, Block.post, 4), .headers(3, Block.post, 4))
        let allowed = link.receive((0..<3).map { _ in .data(1, count: 16_384) })
        let rest = link.receive(.data(1, count: 16_383))

        let events = link.receive(.data(1, "x"), .data(1, "x"), .data(3, "y"))
        let frames = link.sent()

        #expect(allowed.count == 3 && rest.count == 1)
        #expect(events == ["reset 1 flowControlError", "data 3 y"])
        #expect(frames == [.reset(1, .flowControlError)])
    }

    @Test func `a stalled stream does not hold up the connection`() {
        var link = TestLink(.server)
        let streams = stride(from: 1 as UInt32, through: 79, by: 2)
        var received = 0
        for stream in streams {
            _ = link.receive(.headers(stream, Block.post, 4))
            for _ in 0..<3 { received += link.receive(.data(stream, count: 16_384)).count }
        }
        let updates = link.sent()

        // Nothing was credited, yet twice as much as the connection's window has come.
        #expect(received == 120)
        #expect(updates == (0..<3).map { _ in .windowUpdate(0, 524_288) })
    }

    @Test func `the connection's window cannot be exceeded`() {
        var limits = HTTP2Limits()
        limits.streamWindow = 1_000_000
        limits.connectionWindow = 65_535
        var link = TestLink(.server, limits)
        // As if what is given back had never left.
        link.connection.receiveWindow = 16_383
        _ = link.receive(.headers(1, Block.post, 4))

        let events = link.receive(.data(1, count: 16_384))

        #expect(events == ["failed flowControlError"])
    }

    @Test func `data of a stream that was reset counts for the connection`() {
        var limits = HTTP2Limits()
        limits.connectionWindow = 65_535
        var link = TestLink(.server, limits)
        _ = link.receive(.headers(1, Block.post, 4))
        link.connection.reset(StreamID(1), .noError, to: &link.output)
        _ = link.sent()

        let events = link.receive(.data(1, count: 16_384), .data(1, count: 16_384))
        let frames = link.sent()

        #expect(events.isEmpty)
        #expect(frames == [.windowUpdate(0, 32_768)])
    }

    @Test func `a stream reset within a frame gives nothing more of it`() {
        var link = TestLink(.server)
        let bytes = TestFrame.data(1, "hello", 1).bytes
        _ = link.receive(.headers(1, Block.post, 4))

        let first = link.receive(bytes: Array(bytes[..<11]))
        link.connection.reset(StreamID(1), .cancel, to: &link.output)
        let second = link.receive(bytes: Array(bytes[11...]))
        let third = link.receive(.headers(3))

        #expect(first == ["data 1 he"])
        #expect(second.isEmpty)
        #expect(third == ["head 3 end"])
    }

    @Test func `nobody credits what is over`() {
        var link = TestLink(.server)
        _ = link.receive(.headers(1, Block.post, 4), .data(1, count: 16_384, 1))

        link.connection.credit(16_384, on: StreamID(1), to: &link.output)
        link.connection.credit(5, on: StreamID(9), to: &link.output)
        let frames = link.sent()

        #expect(frames.isEmpty)
    }
}
