import Base
import Reactor
import Telemetry
import Wire

/// A connection to an endpoint of the model: busy with one exchange, idle in the pool, or shared
/// by many exchanges where the model speaks HTTP/2.
struct UpstreamConnection: ~Copyable {
    enum Phase {
        case connecting
        /// It is agreed on how to speak in secret.
        case securing
        /// In the pool; any byte or end means that it can no longer be used.
        case idle
        /// A response head is expected.
        case head
        case body
        case tunnel
        /// Frames of HTTP/2, whose streams answer an exchange each.
        case multiplexed
    }

    let socket: Socket
    /// Counts it among its connections, also when a reload has replaced it.
    let upstream: Upstream
    /// Which pool it returns to.
    let pool: PoolKey
    var phase: Phase
    /// The exchange that has it, while it is not idle.
    var exchange: Handle<Exchange>?
    /// Here only where the model speaks HTTP/2.
    var http2: Handle<HTTP2Session>?
    var inbox = Inbox()
    var outbox = Outbox()
    /// While idle: since when, and when it is too old to be used.
    var idleSince = Instant(nanoseconds: 0)
    var expires = Instant.distantFuture
    var isReused = false
    /// Whether the answer allows another request on this connection.
    var isKeptAlive = true
    /// A response byte to the current request has arrived.
    var hasAnswered = false
    /// 1xx heads before the final one, bounded.
    var interimCount = 0
    /// Our direction ends once everything is sent (tunnels).
    var isEnding = false

    init(_ socket: consuming Socket, of upstream: Upstream, pool: PoolKey, phase: Phase) {
        self.socket = socket
        self.upstream = upstream
        self.pool = pool
        self.phase = phase
    }

    /// Nothing of the last request is left on it, so that it can carry another.
    var isClean: Bool {
        isKeptAlive && outbox.isEmpty && !outbox.isFailed && inbox.leftover.isEmpty
            && !inbox.sawEnd && inbox.decoder.isComplete
    }

    /// Rests in the pool from now on, for the next request.
    mutating func rest(since now: Instant, until expiry: Instant) {
        exchange = nil
        phase = .idle
        hasAnswered = false
        interimCount = 0
        idleSince = now
        expires = expiry
        inbox.isPaused = false
    }

    /// Carries `exchange` from now on.
    mutating func carry(_ exchange: Handle<Exchange>) {
        self.exchange = exchange
        phase = .head
        isReused = true
    }

    /// Writes the head of a request that came from `peer`, and makes ready for its body.
    @inline(__always)
    mutating func begin(
        _ exchange: inout Exchange,
        of peer: SocketAddress,
        isTrustedPeer: Bool,
        _ context: inout ExchangeContext,
        _ now: Instant
    ) {
        outbox.framing = exchange.outgoingFraming
        inbox.scanned = 0
        exchange.writeRequest(
            of: peer,
            isTrustedPeer: isTrustedPeer,
            &context,
            now,
            to: &outbox.bytes
        )
    }

    /// Frames and sends body bytes of the request; yields what the kernel took now.
    mutating func write(
        _ payload: Span<UInt8>,
        _ buffers: inout BufferPool
    ) -> Int {
        outbox.write(payload, to: socket, &buffers)
    }

    /// Offers the kernel what waits; yields what it took.
    mutating func flush(_ buffers: inout BufferPool) -> Int {
        outbox.flush(to: socket, &buffers)
    }
}

/// One endpoint of one upstream, as one worker sees it.
struct PoolKey: Hashable {
    /// `Upstream.serial`, so that what an earlier configuration opened is never mistaken.
    let upstream: UInt64
    let endpoint: Int
}
