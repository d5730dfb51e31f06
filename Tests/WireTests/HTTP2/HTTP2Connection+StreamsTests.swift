import Base
import Testing

@testable import Wire

/// How streams and connections end (RFC 9113 §5.1, §6.8).
@Suite struct HTTP2EndingTests {
    @Test func `a server leaves in two steps, a round trip apart`() {
        var link = TestLink(.server)
        _ = link.receive(.headers(1))

        link.connection.shutDown(to: &link.output)
        let first = link.sent()
        let crossed = link.receive(.headers(3))
        let answered = link.receive(TestFrame(.ping, 1, 0, first[1].payload))
        let second = link.sent()
        let late = link.receive(.headers(5), .data(5, "x"))
        let refusal = link.sent()
        let isDraining = link.connection.isDraining
        let isOver = link.connection.isOver
        for stream in [1, 3] as [UInt32] {
            link.sendHead("HTTP/1.1 200 OK", on: stream, endsStream: true)
        }
        let isOverThen = link.connection.isOver

        #expect(first.map(\.kind) == [7, 6])
        #expect(first[0] == .goAway(0x7fff_ffff, .noError))
        #expect(crossed == ["head 3 end"] && answered.isEmpty)
        #expect(second == [.goAway(3, .noError)])
        #expect(late.isEmpty && refusal == [.reset(5, .refusedStream)])
        #expect(isDraining && !isOver && isOverThen)
    }

    @Test func `a second call does not wait for the round trip`() {
        var link = TestLink(.server)

        link.connection.shutDown(to: &link.output)
        _ = link.sent()
        link.connection.shutDown(to: &link.output)
        link.connection.shutDown(to: &link.output)
        let frames = link.sent()
        let isOver = link.connection.isOver

        #expect(frames == [.goAway(0, .noError)])
        #expect(isOver)
    }

    @Test func `a client leaves at once`() {
        var link = TestLink(.client)

        link.connection.shutDown(to: &link.output)
        let frames = link.sent()
        let stream = link.connection.open(tag: 0)
        let isOver = link.connection.isOver

        #expect(frames == [.goAway(0, .noError)])
        #expect(stream == nil && isOver)
    }

    @Test func `a ping has its answer, either way`() {
        var link = TestLink(.server)

        link.connection.ping(to: &link.output)
        let asked = link.sent()
        let events = link.receive(.ping(0, isAcknowledgement: true), .ping(0x1234))
        let answered = link.sent()

        #expect(asked == [.ping(0)])
        #expect(events == ["pong"])
        #expect(answered == [.ping(0x1234, isAcknowledgement: true)])
    }

    @Test func `a stream that is over belongs to nobody`() {
        var link = TestLink(.server)
        _ = link.receive(.headers(1))
        link.connection.setTag(9, of: StreamID(1))
        let before = link.connection.tag(of: StreamID(1))

        link.connection.reset(StreamID(1), .internalError, to: &link.output)
        link.connection.reset(StreamID(1), .internalError, to: &link.output)
        link.connection.setTag(9, of: StreamID(1))
        let after = link.connection.tag(of: StreamID(1))
        let isOpen = link.connection.isOpen(StreamID(1))
        let frames = link.sent()

        #expect(before == 9 && after == 0 && !isOpen)
        #expect(frames == [.reset(1, .internalError)])
    }

    @Test func `slots of streams are used again`() {
        var link = TestLink(.server)
        for number in 0..<1_000 as Range<UInt32> {
            _ = link.receive(.headers(2 * number + 1))
            link.sendHead("HTTP/1.1 204 No Content", on: 2 * number + 1, endsStream: true)
            link.output.clear()
        }

        let slot = link.connection.begin(5_001)

        #expect(slot == 0)
    }

    @Test func `a code that nobody knows is an internal error (RFC 9113 §7)`() {
        #expect(HTTP2ErrorCode(wire: 99) == .internalError)
        #expect(HTTP2ErrorCode(wire: 8) == .cancel)
    }
}
