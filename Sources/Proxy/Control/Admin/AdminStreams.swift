import Base
import Reactor
import Wire

/// The streams of an admin connection that speaks HTTP/2: pages, and calls of gRPC beside them.
///
/// In a box, which a connection that speaks HTTP/1.1 does without; it is held by its connection
/// alone.
final class AdminStreams {
    enum Step {
        case needsMore
        case asked(StreamID, AdminQuestion.Subject)
        /// A request that is to be answered with this status.
        case refused(StreamID, status: Int)
        /// The peer does not speak HTTP/2 as it should, and was told.
        case failed
    }

    /// A request that is not answered to its end.
    struct Pending {
        enum Kind {
            case page(AdminRequest)
            /// A call of gRPC, by its path.
            case call([UInt8])
            /// The answer comes when the drain is over.
            case waiting(since: Instant)
            /// Told of changes of a service; `told` is what it knows.
            case watching(String, told: GRPCHealth.ServingStatus?)
        }

        let stream: StreamID
        var kind: Kind
        /// Of a call; nobody wants a page's.
        var body: [UInt8] = []
        var bodySize = 0
    }

    /// Bytes of a request's body at most, for which a stream's first window has room.
    static let bodyBytes = 16_384

    var engine: HTTP2Connection
    private var head = RequestHead()
    /// At most as many as streams are allowed.
    var pending: [Pending] = []
    /// The peer was asked whether it is there, and has not said so.
    private var isPinged = false

    init(to output: inout ByteBuffer) {
        var limits = HTTP2Limits()
        limits.listSize = 16_384
        engine = HTTP2Connection(.server, limits)
        engine.start(to: &output)
    }

    /// Nobody waits for anything.
    var isIdle: Bool { engine.openStreams == 0 }

    /// Whoever is here waits for us, and not we for them.
    var isPatient: Bool {
        let isOurs = pending.allSatisfy { entry in
            switch entry.kind {
            case .page, .call: false
            case .waiting, .watching: true
            }
        }
        return isOurs && !pending.isEmpty
    }

    /// How many are told of changes.
    var watcherCount: Int {
        pending.count { if case .watching = $0.kind { true } else { false } }
    }

    /// Those who wait for the drain to end, and since when.
    var waiting: [(stream: StreamID, since: Instant)] {
        pending.compactMap { entry in
            guard case .waiting(let since) = entry.kind else { return nil }
            return (entry.stream, since)
        }
    }

    /// The next whole question in `input`.
    func next(
        _ input: inout ByteBuffer,
        from peer: SocketAddress,
        now: Instant,
        to output: inout ByteBuffer
    ) -> Step {
        var step = Step.needsMore
        let used = input.withReadable { bytes in
            var index = 0
            while case .needsMore = step {
                let event = engine.next(bytes, &index, now: now, to: &output)
                if case .needsMore = event { break }
                step = follow(event, bytes, from: peer, to: &output)
            }
            return index
        }
        input.consume(used)
        return step
    }

    /// Lets out what waits for windows and for room.
    func pump(to output: inout ByteBuffer) {
        engine.pump(to: &output, room: 65_536)
    }

    /// Asks whether the peer is there; `false` when it has not answered the last time.
    func ping(to output: inout ByteBuffer) -> Bool {
        guard !isPinged else { return false }
        isPinged = true
        engine.ping(to: &output)
        return true
    }
}

/// What comes.
extension AdminStreams {
    private func follow(
        _ event: HTTP2Event,
        _ bytes: Span<UInt8>,
        from peer: SocketAddress,
        to output: inout ByteBuffer
    ) -> Step {
        switch event {
        case .needsMore, .interim, .windowOpened, .settings, .goAway:
            return .needsMore
        case .pong:
            isPinged = false
            return .needsMore
        case .head(let stream, let endsStream):
            begin(stream, from: peer)
            return endsStream ? complete(stream, to: &output) : .needsMore
        case .data(let stream, let range, let endsStream):
            guard note(bytes.extracting(range), of: stream) else {
                return refuseBody(stream, to: &output)
            }
            return endsStream ? complete(stream, to: &output) : .needsMore
        case .trailers(let stream):
            _ = engine.takeTrailers()
            return complete(stream, to: &output)
        case .reset(let stream, _, _):
            pending.removeAll { $0.stream == stream }
            return .needsMore
        case .refusedHead(let stream, let status, _):
            return .refused(stream, status: status)
        case .failed:
            return .failed
        }
    }

    private func begin(_ stream: StreamID, from peer: SocketAddress) {
        engine.takeHead(into: &head)
        var isCall = false
        if head.method == .post, let type = head.fields.first(.contentType) {
            isCall = head.fields.withBytes { GRPCStatus.isContentType($0, type) }
        }
        let path = head.path
        let kind: Pending.Kind =
            isCall
            ? .call(head.fields.withBytes { $0.array(path) })
            : .page(AdminRequest(head, from: peer))
        pending.append(Pending(stream: stream, kind: kind))
    }

    /// Takes a part of a body; `false` when it is too large by now.
    private func note(_ part: Span<UInt8>, of stream: StreamID) -> Bool {
        guard let place = place(of: stream) else { return true }
        pending[place].bodySize += part.count
        guard case .call = pending[place].kind else {
            return pending[place].bodySize <= Self.bodyBytes
        }
        let limit = GRPCMessage.prefixSize + AdminCall.messageBytes
        guard pending[place].bodySize <= limit else { return false }
        pending[place].body.append(part)
        return true
    }

    private func complete(_ stream: StreamID, to output: inout ByteBuffer) -> Step {
        guard let place = place(of: stream) else { return .needsMore }
        switch pending[place].kind {
        case .page(let request):
            return .asked(stream, .page(request))
        case .call(let path):
            let body = pending[place].body
            switch AdminCall.subject(path.span, body.span) {
            case .success(let subject): return .asked(stream, subject)
            case .failure(let refusal):
                refuse(stream, refusal, to: &output)
                return .needsMore
            }
        case .waiting, .watching:
            return .needsMore
        }
    }

    private func refuseBody(_ stream: StreamID, to output: inout ByteBuffer) -> Step {
        guard let place = place(of: stream) else { return .needsMore }
        guard case .call = pending[place].kind else { return .refused(stream, status: 413) }
        refuse(stream, .init(.resourceExhausted, "the message is too large"), to: &output)
        return .needsMore
    }

    func place(of stream: StreamID) -> Int? {
        pending.firstIndex { $0.stream == stream }
    }
}
