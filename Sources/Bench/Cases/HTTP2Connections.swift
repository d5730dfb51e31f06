import Base
import Wire

extension Case {
    /// Connections of HTTP/2: frames, streams and windows, with heads that the table knows.
    static let http2Connections = [
        Case("http/2 connection: a request and its answer") { count in
            var peer = Peer()
            for _ in 0..<count { peer.exchange(tokens: 1) }
        },
        Case("http/2 connection: a request and 100 events of a stream") { count in
            var peer = Peer()
            for _ in 0..<count { peer.exchange(tokens: 100) }
        },
        Case("http/2 connection: 16 KiB of a request's body") { count in
            var peer = Peer()
            peer.upload(count)
        },
    ]
}

/// A client that sends the same head again and again, and the server's end that is measured.
private struct Peer: ~Copyable {
    private var connection = HTTP2Connection(.server)
    private var output = ByteBuffer(minimumCapacity: 65_536)
    private var head = RequestHead()
    /// HEADERS, whose stream is written into it.
    private var frame: [UInt8]
    private var stream: UInt32 = 1
    private let answer = Array("HTTP/1.1 200 OK\r\n\r\n".utf8)
    private let token = Array("data: a token\n\n".utf8)

    init() {
        let block: [UInt8] = [0x82, 0x86, 0x84, 0x41, 1, 97]
        let again: [UInt8] = [0x82, 0x86, 0x84, 0xbe]
        frame = Self.frame(1, 5, block)
        connection.start(to: &output)
        receive(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + Self.frame(4, 0, []))
        // A window of the connection that never closes.
        receive(Self.frame(8, 0, [0x3f, 0, 0, 0]))
        exchange(tokens: 1)
        frame = Self.frame(1, 5, again)
    }

    mutating func exchange(tokens: Int) {
        openStream()
        let id = StreamID(stream)
        stream &+= 2
        let (answer, token) = (answer, token)
        connection.takeHead(into: &head)
        connection.setTag(1, of: id)
        connection.sendHead(answer.span, on: id, endsStream: false, to: &output)
        for number in 1...tokens {
            connection.send(token.span, on: id, endsStream: number == tokens, to: &output)
        }
        output.clear()
    }

    mutating func upload(_ count: Int) {
        frame[4] = 4
        openStream()
        var data = Self.frame(0, 0, Array(repeating: 97, count: 16_384))
        data.replaceSubrange(5..<9, with: frame[5..<9])
        for _ in 0..<count {
            var index = 0
            while case .data(let id, let range, _) = next(data, &index) {
                connection.credit(range.count, on: id, to: &output)
            }
            output.clear()
        }
        precondition(connection.openStreams == 1, "the body was refused")
    }

    private mutating func openStream() {
        frame[7] = UInt8(truncatingIfNeeded: stream >> 8)
        frame[8] = UInt8(truncatingIfNeeded: stream)
        frame[6] = UInt8(truncatingIfNeeded: stream >> 16)
        var index = 0
        let frame = frame
        let event = next(frame, &index)
        guard case .head = event else { preconditionFailure("the head was refused") }
    }

    private mutating func receive(_ bytes: [UInt8]) {
        var index = 0
        while true {
            if case .needsMore = next(bytes, &index) { break }
        }
        output.clear()
    }

    private mutating func next(_ bytes: [UInt8], _ index: inout Int) -> HTTP2Event {
        let now = Instant(nanoseconds: 1)
        return connection.next(bytes.span, &index, now: now, to: &output)
    }

    private static func frame(_ kind: UInt8, _ flags: UInt8, _ payload: [UInt8]) -> [UInt8] {
        [0, UInt8(payload.count >> 8), UInt8(payload.count & 255), kind, flags, 0, 0, 0, 0]
            + payload
    }
}
