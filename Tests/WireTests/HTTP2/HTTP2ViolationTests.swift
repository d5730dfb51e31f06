import Base
import Testing

@testable import Wire

/// What a client may not do, and whether it costs the stream or the connection.
@Suite struct HTTP2ViolationTests {
    @Test(arguments: cases) func `a violation has its answer`(_ violation: Case) {
        var link = TestLink(.server)

        let events = link.receive(violation.frames)
        let verdict = Verdict(events, link.sent())

        #expect(verdict == violation.verdict, "\(violation.name)")
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nhost: a\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\rX", "X",
    ])
    func `what is no preface is refused at once (RFC 9113 §3.4)`(_ text: String) {
        var link = TestLink(.server, isStarted: false)

        let events = link.receive(bytes: Array(text.utf8))

        #expect(events == ["failed protocolError"])
    }

    @Test(arguments: [
        TestFrame.headers(1), .ping(0), .data(1, "x"), .settingsAcknowledgement,
    ])
    func `a preface is followed by settings (RFC 9113 §3.4)`(_ frame: TestFrame) {
        var link = TestLink(.server, isStarted: false)

        let events = link.receive(bytes: HTTP2Connection.preface + frame.bytes)

        #expect(events == ["failed protocolError"])
    }

    @Test func `nothing is understood after a failure`() {
        var link = TestLink(.server)
        _ = link.receive(TestFrame(.ping, 0, 1, [0, 0, 0, 0, 0, 0, 0, 0]))
        _ = link.sent()

        let events = link.receive(.headers(1), .ping(1))
        let frames = link.sent()
        let isOver = link.connection.isOver

        #expect(events.isEmpty && frames.isEmpty)
        #expect(isOver)
    }

    @Test func `frames that crossed our reset are passed over (RFC 9113 §5.1)`() {
        var link = TestLink(.server)
        _ = link.receive(.headers(1, Block.post, TestFrame.endHeaders))
        link.connection.reset(StreamID(1), .cancel, to: &link.output)
        _ = link.sent()

        let events = link.receive(
            .data(1, "late"),
            .windowUpdate(1, 1),
            .headers(1, Block.get),
            .reset(1, .cancel),
            .headers(3)
        )
        let frames = link.sent()

        #expect(events == ["head 3 end"])
        #expect(frames.isEmpty)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var frames: [TestFrame]
        var verdict: Verdict

        init(_ name: String, _ frames: [TestFrame], _ verdict: Verdict) {
            self.name = name
            self.frames = frames
            self.verdict = verdict
        }

        var testDescription: String { name }
    }

    enum Verdict: Equatable, Sendable {
        case fine
        case stream(UInt32, HTTP2ErrorCode)
        case connection(HTTP2ErrorCode)

        init(_ events: [String], _ frames: [TestFrame]) {
            let reset = frames.last { $0.kind == FrameKind.reset.rawValue }
            let goAway = frames.last { $0.kind == FrameKind.goAway.rawValue }
            let code = HTTP2ErrorCode(wire: UInt32((goAway ?? reset)?.payload.last ?? 0))
            if goAway != nil {
                self = events.last == "failed \(code)" ? .connection(code) : .fine
            } else if let reset {
                self = .stream(reset.stream, code)
            } else {
                self = .fine
            }
        }
    }
}
