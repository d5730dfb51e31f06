import Base
import Wire

/// What a connection that speaks HTTP/2 needs besides its bytes: one engine, many exchanges.
///
/// In a slot of its own, which a connection that speaks HTTP/1.1 does without.
struct HTTP2Session: ~Copyable {
    var engine: HTTP2Connection
    /// Whose stream has begun to wait for its peer, or has caught up, since the last flush.
    var changed: [Handle<Exchange>] = []
    /// Who waits for the connection to open; of a model's alone.
    var waiting: [Handle<Exchange>] = []
    /// The peer's settings have come: it does speak HTTP/2.
    var isGreeted = false
    /// Field lines that came behind a body and are not sent on yet.
    private var trailers: [(stream: StreamID, fields: Fields)] = []
    /// Stands in the worker's list of connections to flush at the end of the turn.
    var isGathering = false
    /// The client knows that it is to go elsewhere.
    var isLeaving = false
    /// A question whether the peer is still there is on its way.
    var isPinged = false
    /// When the peer last sent anything.
    var lastHeard: Instant
    /// When bytes that had waited for its windows last left.
    var lastMoved: Instant

    init(
        _ role: HTTP2Connection.Role,
        _ limits: HTTP2Limits,
        isSecure: Bool = false,
        at now: Instant
    ) {
        engine = HTTP2Connection(role, limits, isSecure: isSecure)
        lastHeard = now
        lastMoved = now
    }

    /// Whoever has a stream.
    var exchanges: [Handle<Exchange>] {
        mutating get { engine.tags.compactMap(Self.handle) }
    }

    /// Who has the stream of the last event; `nil` when nobody does.
    var current: Handle<Exchange>? {
        mutating get { Self.handle(engine.currentTag) }
    }

    private static func handle(_ tag: UInt64) -> Handle<Exchange>? {
        tag == 0 ? nil : Handle(bits: tag)
    }

    /// Keeps the trailers that the engine has read last, until they are sent on.
    mutating func keepTrailers(of stream: StreamID) {
        trailers.append((stream, engine.takeTrailers()))
    }

    /// The trailers of `stream`, which stay here; `nil` when none came.
    mutating func trailers(of stream: StreamID) -> Fields? {
        trailers.first { $0.stream == stream }?.fields
    }

    /// The trailers of `stream`, to be sent on; `nil` when none came.
    mutating func takeTrailers(of stream: StreamID) -> Fields? {
        guard let place = trailers.firstIndex(where: { $0.stream == stream }) else { return nil }
        return trailers.remove(at: place).fields
    }

    /// Forgets what is kept of a stream that is over.
    mutating func forget(_ stream: StreamID) {
        if !trailers.isEmpty { trailers.removeAll { $0.stream == stream } }
    }
}
