package import Base

/// One HTTP/2 connection (RFC 9113), as either end of it: bytes in, events and bytes out.
///
/// Pure: it is lent what arrived and writes what is to leave into the caller's output. Heads come
/// and go in the shape of HTTP/1.1, so that every rule about fields is written once. What streams,
/// windows or the output have no room for waits in a queue of each stream.
///
///     idle ──head──▶ open ──END_STREAM in──▶ half-closed (remote) ──END_STREAM out──▶ closed
///                     └───END_STREAM out──▶ half-closed (local) ───END_STREAM in───▶ closed
///     any ──RST_STREAM, either way──▶ closed
package struct HTTP2Connection: ~Copyable {
    /// Which end of the connection this is.
    package enum Role: Sendable, Hashable {
        case server, client
    }

    package let role: Role
    package let limits: HTTP2Limits

    package init(_ role: Role, _ limits: HTTP2Limits = HTTP2Limits()) {
        self.role = role
        self.limits = limits
    }

    /// Begins the connection: the client's preface, our settings, the connection's window.
    package mutating func start(to output: inout ByteBuffer) {}

    /// The next event in `input` from `index` on, which moves past what was understood.
    ///
    /// Call it until it needs more. Acknowledgements, credit of the connection's window and
    /// errors are written to `output`.
    package mutating func next(
        _ input: Span<UInt8>,
        _ index: inout Int,
        now: Instant,
        to output: inout ByteBuffer
    ) -> HTTP2Event {
        .needsMore
    }

    /// Whom the stream of the last event, or of the last `nextDrained`, belongs to.
    package var currentTag: UInt64 { 0 }

    /// Takes the request of the last `head`; what `head` was gives its memory.
    package mutating func takeHead(into head: inout RequestHead) {}

    /// Takes the response of the last `head` or `interim`; what `head` was gives its memory.
    package mutating func takeHead(into head: inout ResponseHead) {}

    /// Takes the fields of the last `trailers`, without those that may not stand there.
    package mutating func takeTrailers() -> Fields { Fields() }

    /// Whom a stream belongs to: 0 for nobody, and for streams that are over.
    package func tag(of stream: StreamID) -> UInt64 { 0 }

    /// Whom all open streams belong to.
    package var tags: [UInt64] { [] }

    /// Says whom a stream belongs to; nothing happens when it is over.
    package mutating func setTag(_ tag: UInt64, of stream: StreamID) {}

    /// Whether the stream is open in any direction.
    package func isOpen(_ stream: StreamID) -> Bool { false }

    /// Whether the peer may still send on the stream.
    package func isReceiving(_ stream: StreamID) -> Bool { false }

    /// Begins a stream (client), whose head is to be sent at once; `nil` when `canOpen` is false.
    package mutating func open(tag: UInt64) -> StreamID? { nil }

    /// Sends a head, written as in HTTP/1.1 with its empty line, or without.
    ///
    /// A server may send 1xx heads before the final one. Nothing happens when the stream is over.
    package mutating func sendHead(
        _ text: Span<UInt8>,
        on stream: StreamID,
        endsStream: Bool,
        to output: inout ByteBuffer
    ) {}

    /// Sends payload, as much as windows and the output allow; the rest is queued.
    package mutating func send(
        _ data: Span<UInt8>,
        on stream: StreamID,
        endsStream: Bool,
        to output: inout ByteBuffer
    ) {}

    /// Sends field lines, written as in HTTP/1.1, behind all payload; they end the stream.
    package mutating func sendTrailers(
        _ text: Span<UInt8>,
        on stream: StreamID,
        to output: inout ByteBuffer
    ) {}

    /// Bytes of a stream that wait for a window or for room; while there are any, send no more.
    package func pending(on stream: StreamID) -> Int { 0 }

    /// Bytes of all streams that wait.
    package var queuedBytes: Int { 0 }

    /// Lets queued bytes leave, one frame of each stream in turn, about `room` bytes in all.
    package mutating func pump(to output: inout ByteBuffer, room: Int) {}

    /// A stream whose queue is empty since the last `pump`; each is told once.
    package mutating func nextDrained() -> StreamID? { nil }

    /// Lets the peer send as many bytes more: so many of its payload have been taken over.
    package mutating func credit(
        _ count: Int,
        on stream: StreamID,
        to output: inout ByteBuffer
    ) {}

    /// Ends a stream in both directions; nothing happens when it is over.
    package mutating func reset(
        _ stream: StreamID,
        _ code: HTTP2ErrorCode,
        to output: inout ByteBuffer
    ) {}

    /// Ends the connection when its streams are over (RFC 9113 §6.8).
    ///
    /// A server first says that it is about to, and refuses streams once the peer must know:
    /// after a round trip, or when this is called again.
    package mutating func shutDown(to output: inout ByteBuffer) {}

    /// Asks for a `pong`.
    package mutating func ping(to output: inout ByteBuffer) {}

    /// Streams open in any direction.
    package var openStreams: Int { 0 }

    /// Whether a client may open another stream now.
    package var canOpen: Bool { false }

    /// Whether either end has said that it is about to leave.
    package var isDraining: Bool { false }

    /// Whether nothing is left to do: it failed, or drained and no stream is open.
    package var isOver: Bool { false }

    /// Whether the peer takes extended CONNECT (RFC 8441).
    package var peerTakesExtendedConnect: Bool { false }
}
