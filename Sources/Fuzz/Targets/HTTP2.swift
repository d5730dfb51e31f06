import Base
import Wire

extension FuzzTarget {
    /// Connections of HTTP/2: the same events however the bytes arrive, and bounds that hold.
    static let http2 = FuzzTarget(
        name: "http2",
        seeds: [],
        octets: HTTP2Bytes.seeds,
        words: [
            "\0\0\0\u{4}\0\0\0\0\0", "\0\0\0\u{4}\u{1}\0\0\0\0", "\0\0\u{4}\u{8}\0\0\0\0\u{1}",
            "\0\0\u{1}\0\u{1}\0\0\0\u{1}a", "\0\0\u{8}\u{6}\0\0\0\0\0",
            "\0\0\u{5}\u{2}\0\0\0\0\u{1}",
            "\0\0\u{4}\u{3}\0\0\0\0\u{1}", "\0\0\u{8}\u{7}\0\0\0\0\0",
            "\0\0\u{1}\u{9}\u{4}\0\0\0\u{1}",
            "\u{f}\u{d}\u{1}5", "\0\u{4}\0\0\0\u{5}",
        ]
    ) { bytes throws(Broken) in
        for role in [HTTP2Connection.Role.server, .client] {
            let whole = try HTTP2Talk.events(role, bytes, [])
            for way in Arrival.ways(bytes) {
                let other = try HTTP2Talk.events(role, bytes, way)
                try require(other == whole, "cut at \(way.prefix(3)): \(other), whole: \(whole)")
            }
        }
    }
}

/// Frames as octets.
private enum HTTP2Bytes {
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    private static let settings = frame(4, 0, 0)
    private static let get = frame(1, 5, 1, [0x82, 0x86, 0x84, 0x41, 1, 97])
    private static let post = frame(1, 4, 3, [0x83, 0x86, 0x84, 0x41, 1, 97, 0x0f, 0x0d, 1, 53])

    static let seeds = [
        preface + settings + get + post + frame(0, 0, 3, [1, 2])
            + frame(0, 9, 3, [2, 3, 4, 5, 0, 0]),
        preface + frame(4, 0, 0, [0, 4, 0, 0, 0, 9]) + get + frame(8, 0, 1, [0, 0, 0, 5])
            + frame(8, 0, 0, [0, 0, 1, 0]) + frame(3, 0, 1, [0, 0, 0, 8]),
        settings + frame(1, 0, 1, [0x83, 0x86]) + frame(9, 4, 1, [0x84, 0x41, 1, 97])
            + frame(0, 0, 1, [97]) + frame(1, 5, 1, [0, 1, 120, 1, 121]),
        settings + frame(6, 0, 0, Array(1...8)) + frame(2, 0, 1, [0, 0, 0, 3, 9])
            + frame(7, 0, 0, Array(repeating: 0, count: 8)) + frame(99, 0, 1, [0]) + get,
        settings + frame(1, 4, 1, [0, 7] + ":status".utf8 + [3] + "103".utf8)
            + frame(1, 4, 1, [0x88])
            + frame(0, 0, 1, [1, 2, 3]) + frame(1, 5, 1, [0, 1, 120, 1, 121])
            + frame(3, 0, 3, [0, 0, 0, 7])
            + frame(7, 0, 0, Array(repeating: 0, count: 8)),
    ]

    private static func frame(
        _ kind: UInt8,
        _ flags: UInt8,
        _ stream: UInt8,
        _ payload: [UInt8] = []
    ) -> [UInt8] {
        [0, 0, UInt8(payload.count), kind, flags, 0, 0, 0, stream] + payload
    }
}

/// One end that is told what the input says, and answers all that it is asked.
private enum HTTP2Talk {
    /// What the bytes mean when reads end at `cuts`, payload that came in parts put together.
    static func events(
        _ role: HTTP2Connection.Role,
        _ bytes: [UInt8],
        _ cuts: [Int]
    ) throws(Broken) -> [String] {
        var connection = HTTP2Connection(role)
        var output = ByteBuffer()
        connection.start(to: &output)
        if case .client = role { ask(&connection, &output) }
        var events = Events()
        let hasPreface = bytes.starts(with: HTTP2Bytes.preface)
        if case .server = role, !hasPreface {
            var index = 0
            let now = Instant(nanoseconds: 1)
            _ = connection.next(HTTP2Bytes.preface.span, &index, now: now, to: &output)
        }
        var index = hasPreface && role == .client ? HTTP2Bytes.preface.count : 0
        for end in cuts + [bytes.count] where end >= index {
            let input = bytes.span.extracting(0..<end)
            while true {
                let event = connection.next(
                    input,
                    &index,
                    now: Instant(nanoseconds: 1),
                    to: &output
                )
                try require(index <= end, "more was understood than came")
                if case .needsMore = event { break }
                events.add(event, bytes)
                answer(event, &connection, &output)
            }
            try require(end - index <= 16_393, "\(end - index) bytes are not understood")
        }
        try check(&connection, output, inputCount: bytes.count, events.all)
        return events.all
    }

    /// Two requests, to have something that is answered.
    private static func ask(_ connection: inout HTTP2Connection, _ output: inout ByteBuffer) {
        for text in ["GET / HTTP/1.1\r\nhost: a\r\n\r\n", "HEAD / HTTP/1.1\r\nhost: a\r\n\r\n"] {
            guard let stream = connection.open(tag: 1) else { continue }
            let text = Array(text.utf8)
            connection.sendHead(text.span, on: stream, endsStream: true, to: &output)
        }
    }

    /// Echoes what came, with trailers behind it; some of it waits for windows.
    private static func answer(
        _ event: HTTP2Event,
        _ connection: inout HTTP2Connection,
        _ output: inout ByteBuffer
    ) {
        switch event {
        case .head(let stream, let endsStream):
            guard case .server = connection.role else { return }
            var head = RequestHead()
            connection.takeHead(into: &head)
            connection.setTag(UInt64(stream.number), of: stream)
            let text = Array("HTTP/1.1 200 OK\r\nserver: a\r\n\r\n".utf8)
            connection.sendHead(text.span, on: stream, endsStream: false, to: &output)
            if endsStream { connection.send(text.span, on: stream, endsStream: true, to: &output) }
        case .data(let stream, let range, let endsStream):
            connection.credit(range.count, on: stream, to: &output)
            guard case .server = connection.role, endsStream else { return }
            let text = Array("x: y\r\n".utf8)
            connection.send(text.span, on: stream, endsStream: false, to: &output)
            connection.sendTrailers(text.span, on: stream, to: &output)
        case .trailers: _ = connection.takeTrailers()
        case .windowOpened: connection.pump(to: &output, room: 65_536)
        case .refusedHead(let stream, _, _):
            connection.reset(stream, .noError, to: &output)
        case .needsMore, .interim, .reset, .settings, .goAway, .pong, .failed: break
        }
    }

    private static func check(
        _ connection: inout HTTP2Connection,
        _ output: borrowing ByteBuffer,
        inputCount: Int,
        _ events: [String]
    ) throws(Broken) {
        let (streams, waiting) = (connection.openStreams, connection.queuedBytes)
        try require(streams <= 100, "\(streams) streams are open")
        try require(waiting <= 100 * 64, "\(waiting) bytes wait")
        try require(output.readableCount <= 200 + 16 * inputCount, "the output is too large")
        let failures = events.count { $0.hasPrefix("failed") }
        let isLast = events.last?.hasPrefix("failed") ?? false
        try require(failures == (isLast ? 1 : 0), "something happened after a failure")
        let isOver = connection.isOver
        try require(isOver || !isLast, "it failed and is not over")
    }
}

/// Events as text, so that parts of one payload can be told as one.
private struct Events {
    private(set) var all: [String] = []
    private var stream: StreamID?

    mutating func add(_ event: HTTP2Event, _ bytes: [UInt8]) {
        guard case .data(let id, let range, let endsStream) = event else {
            stream = nil
            all.append("\(event)")
            return
        }
        let text = bytes[range].map { "\($0)," }.joined()
        if stream == id {
            all[all.count - 1] += text
        } else {
            all.append("data \(id.number) \(text)")
        }
        if endsStream { all[all.count - 1] += " end" }
        stream = id
    }
}
