import Base
import Reactor
import Wire

/// How a body is framed on its way out, which need not be how it came in.
enum OutgoingFraming {
    case none
    /// Declared length, or raw bytes of a tunnel: nothing is added.
    case identity
    case chunked
    /// The end of the connection ends it (HTTP/1.0 clients).
    case untilClose
}

/// Bytes on their way out of one connection, and whether the peer takes them.
///
/// Small pieces gather until the end of the dispatch, so that a head and its body leave in one
/// system call; large ones go to the kernel at once, and only what it refuses is copied.
struct Outbox: ~Copyable {
    /// Pieces up to this size are copied behind what already waits.
    static let gatheredCount = 4_096

    var bytes = ByteBuffer()
    var framing = OutgoingFraming.none
    /// The kernel took less than was offered; wait for the next edge.
    var isBlocked = false
    /// The poller tells of that edge; of a unix socket it does once that was full.
    var hearsOfRoom = true
    /// Stands in the worker's list of connections to flush.
    var isDirty = false
    /// The peer takes nothing any more.
    var isFailed = false

    /// Holds what goes out before `bytes`, and is here only while it holds something.
    var pipe: Pipe?

    /// Mutating only because it is then asked where it lies.
    var holdsPipe: Bool {
        mutating get { pipe != nil }
    }

    /// Here only where the connection is over TLS.
    var tls: TLSLink?

    /// Nobody would say when the kernel takes bytes again.
    var missesRoom: Bool { isBlocked && !hearsOfRoom }

    /// Nothing waits.
    var isEmpty: Bool { bytes.isEmpty && pipe == nil && !holdsSealed }

    /// Sends or keeps `payload`, framed; yields how many bytes the kernel took now.
    mutating func write(
        _ payload: Span<UInt8>,
        to socket: borrowing Socket,
        _ buffers: inout BufferPool
    ) -> Int {
        guard !isFailed else { return 0 }
        buffers.lend(to: &bytes)
        switch framing {
        case .none:
            return 0
        case .identity, .untilClose:
            return write(raw: payload, to: socket)
        case .chunked:
            var sent = 0
            if payload.count > 0 {
                ChunkedEncoder.appendHeader(payload.count, to: &bytes)
                sent = write(raw: payload, to: socket)
                ChunkedEncoder.appendDataEnd(to: &bytes)
            }
            return sent
        }
    }

    /// Whether the body's end has to be said.
    var saysEnd: Bool {
        if case .chunked = framing { !isFailed } else { false }
    }

    /// Says that the body has ended, where its framing does.
    mutating func endBody(trailers: Fields?, _ buffers: inout BufferPool) {
        guard saysEnd else { return }
        buffers.lend(to: &bytes)
        ChunkedEncoder.appendEnd(trailers: trailers, to: &bytes)
    }

    private mutating func write(raw payload: Span<UInt8>, to socket: borrowing Socket) -> Int {
        if let tls { return write(payload, through: tls, to: socket) }
        if isBlocked || payload.count <= Self.gatheredCount || pipe != nil {
            bytes.append(payload)
            return 0
        }
        let waiting = bytes.readableCount
        guard case .transferred(let sent) = socket.send(bytes, then: payload) else {
            // Whatever is wrong is met again, and handled, by the flush.
            bytes.append(payload)
            return 0
        }
        bytes.consume(min(sent, waiting))
        if sent < waiting + payload.count {
            isBlocked = true
            bytes.append(payload, max(0, sent - waiting)..<payload.count)
        }
        return sent
    }

    /// Offers the kernel what waits; yields how many bytes it took.
    mutating func flush(to socket: borrowing Socket, _ buffers: inout BufferPool) -> Int {
        if let tls { return flush(through: tls, to: socket, &buffers) }
        isDirty = false
        var sent = 0
        if !isFailed, !isBlocked, !bytes.isEmpty {
            switch socket.send(bytes) {
            case .transferred(let count):
                sent = count
                isBlocked = count < bytes.readableCount
                bytes.consume(count)
            case .wouldBlock:
                isBlocked = true
            case .ended, .failed:
                isFailed = true
                bytes.clear()
            }
        }
        if bytes.isEmpty { buffers.reclaim(&bytes) }
        return sent
    }
}
