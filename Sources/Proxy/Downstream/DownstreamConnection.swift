import Base
import Config
import Reactor
import Wire

/// A client's connection: HTTP/1.1 has one exchange on it at a time, HTTP/2 many.
///
/// Owns bytes only while some wait; between requests it is its descriptor and these few words.
struct DownstreamConnection: ~Copyable {
    /// What the next bytes from the client are.
    enum Phase {
        /// A request head, or silence between requests.
        case head
        /// The body of the request of `exchange`.
        case body
        /// Another request; it waits until `exchange` is over.
        case waiting
        /// Frames of HTTP/2, whose streams have an exchange each.
        case multiplexed
        case tunnel
        /// Nothing that matters: read and dropped until the client closes.
        case lingering
    }

    let socket: Socket
    let peer: SocketAddress
    /// Index of the upstream that its listener serves.
    var upstream: Int
    let isTrusted: Bool

    /// What may be spoken here, as far as it is known.
    var speech = ListenerConfig.Speech.auto

    var phase = Phase.head
    var exchange: Handle<Exchange>?
    /// Here only where the client speaks HTTP/2.
    var http2: Handle<HTTP2Session>?
    var inbox = Inbox()
    var outbox = Outbox()
    var timer: TimerID?
    /// When something must happen.
    var deadline: Instant
    /// For when the timer is set; never later than `deadline`.
    var timerAt = Instant.distantFuture
    /// Bytes that may still be dropped while lingering.
    var lingerBytes = 65_536
    /// Memory that the process's account knows of.
    var accountedBytes = 0
    /// No further request is read; the connection closes when everything is sent.
    var isClosing = false
    /// Close with RST: the end must not look like an end.
    var isAborting = false
    /// A request has been read: what comes next is no other protocol.
    var hasServed = false
    /// The last request was answered before it had arrived.
    var isRequestUnfinished = false
    /// Our direction of a tunnel ends once everything is sent.
    var isEnding = false

    init(
        _ socket: consuming Socket,
        peer: SocketAddress,
        upstream: Int,
        isTrusted: Bool,
        deadline: Instant
    ) {
        self.socket = socket
        self.peer = peer
        self.upstream = upstream
        self.isTrusted = isTrusted
        self.deadline = deadline
    }

    /// Whether HTTP/2 may begin here now.
    var mayMultiplex: Bool {
        guard !hasServed else { return false }
        if case .http1 = speech { return false }
        return true
    }

    /// Whether there is something to read or to understand.
    var hasMore: Bool { inbox.isReadable || !inbox.leftover.isEmpty }

    /// Whether the client has said all it will ever say, and all of that is understood.
    var isSpent: Bool { inbox.sawEnd && !hasMore && !inbox.isConsuming }

    /// Whether nothing is left to do but to wait for the next request.
    var isQuiet: Bool {
        guard case .head = phase, exchange == nil, !isClosing, !isEnding, !hasMore else {
            return false
        }
        return outbox.isEmpty && !outbox.isFailed && accountedBytes == 0
    }

    /// Whether closing now would cut an answer whose end is the connection's end.
    var isCut: Bool { outbox.framing == .untilClose && !outbox.isEmpty }

    /// Whether closing now could reset the connection before the client has read our answer.
    var mustLinger: Bool {
        !isAborting && !inbox.sawEnd && (isRequestUnfinished || hasMore)
    }

    /// Writes the head of the model's answer, and makes ready for its body.
    @inline(__always)
    mutating func begin(_ exchange: inout Exchange, isDraining: Bool, date: InlineBytes<5>) {
        let framing = exchange.answerFraming
        if exchange.closesAfterAnswer(framing, isDraining: isDraining) { isClosing = true }
        outbox.framing = framing
        exchange.appendResponse(
            framing: framing,
            isClosing: isClosing,
            isTrusted: exchange.tellsLoad(peer: isTrusted),
            date: date,
            to: &outbox.bytes
        )
    }

    /// Is ready for the next request, or for its own end.
    mutating func becomeReady(isRequestUnfinished: Bool) {
        exchange = nil
        phase = .head
        inbox.isPaused = false
        inbox.scanned = 0
        inbox.isHeadBegun = false
        self.isRequestUnfinished = isRequestUnfinished
        if isSpent { isClosing = true }
    }

    /// Frames and sends body bytes of the answer.
    mutating func write(
        _ payload: Span<UInt8>,
        _ buffers: inout BufferPool
    ) {
        _ = outbox.write(payload, to: socket, &buffers)
    }

    /// Offers the kernel what waits; yields what it took.
    mutating func flush(_ buffers: inout BufferPool) -> Int {
        outbox.flush(to: socket, &buffers)
    }
}
