import Base

@testable import Wire

/// A connection under test, to which frames are sent as a peer would.
struct TestLink: ~Copyable {
    var connection: HTTP2Connection
    var output = ByteBuffer()
    var now = Instant(nanoseconds: 1)
    private var inbox: [UInt8] = []

    /// With `isStarted`, both sides have sent their settings and nothing is left of that.
    init(
        _ role: HTTP2Connection.Role,
        _ limits: HTTP2Limits = HTTP2Limits(),
        settings: [(UInt16, UInt32)] = [],
        isStarted: Bool = true
    ) {
        connection = HTTP2Connection(role, limits)
        connection.start(to: &output)
        guard isStarted else { return }
        if role == .server { inbox = HTTP2Connection.preface }
        _ = receive(.settings(settings), .settingsAcknowledgement)
        output.clear()
    }

    /// What the frames meant.
    mutating func receive(_ frames: TestFrame...) -> [String] { receive(frames) }

    mutating func receive(_ frames: [TestFrame]) -> [String] {
        receive(bytes: frames.flatMap(\.bytes))
    }

    mutating func receive(bytes: [UInt8]) -> [String] {
        inbox += bytes
        var events: [String] = []
        var index = 0
        let arrived = inbox
        while true {
            let event = connection.next(arrived.span, &index, now: now, to: &output)
            if case .needsMore = event { break }
            events.append(Self.text(of: event, arrived))
        }
        inbox.removeFirst(index)
        return events
    }

    /// Frames that were sent since this was last asked.
    mutating func sent() -> [TestFrame] { TestFrame.all(in: &output) }

    mutating func sendHead(_ text: String, on stream: UInt32, endsStream: Bool = false) {
        let bytes = Array((text + "\r\n\r\n").utf8)
        connection.sendHead(
            bytes.span,
            on: StreamID(stream),
            endsStream: endsStream,
            to: &output
        )
    }

    mutating func send(_ text: String, on stream: UInt32, endsStream: Bool = false) {
        let bytes = Array(text.utf8)
        connection.send(bytes.span, on: StreamID(stream), endsStream: endsStream, to: &output)
    }

    mutating func send(count: Int, on stream: UInt32, endsStream: Bool = false) {
        send(String(repeating: "a", count: count), on: stream, endsStream: endsStream)
    }

    mutating func sendTrailers(_ text: String, on stream: UInt32) {
        let bytes = Array(text.utf8)
        connection.sendTrailers(bytes.span, on: StreamID(stream), to: &output)
    }

    mutating func pump(room: Int = .max / 2) { connection.pump(to: &output, room: room) }

    mutating func drained() -> [UInt32] {
        var streams: [UInt32] = []
        while let stream = connection.nextDrained() { streams.append(stream.number) }
        return streams
    }

    private static func text(of event: HTTP2Event, _ bytes: [UInt8]) -> String {
        switch event {
        case .needsMore: "needs more"
        case .head(let stream, let endsStream): "head \(stream.number)\(endsStream ? " end" : "")"
        case .interim(let stream): "interim \(stream.number)"
        case .refusedHead(let stream, let status, let endsStream):
            "refused \(stream.number) \(status)\(endsStream ? " end" : "")"
        case .data(let stream, let range, let endsStream):
            "data \(stream.number) \(String(decoding: bytes[range], as: UTF8.self))"
                + (endsStream ? " end" : "")
        case .trailers(let stream): "trailers \(stream.number)"
        case .reset(let stream, let code, let isByPeer):
            "reset \(stream.number) \(code)\(isByPeer ? " by peer" : "")"
        case .windowOpened: "window opened"
        case .settings: "settings"
        case .goAway(let last, let code): "go away \(last.number) \(code)"
        case .pong: "pong"
        case .failed(let code, nil): "failed \(code)"
        case .failed(_, let abuse?): "failed \(abuse.name)"
        }
    }
}
