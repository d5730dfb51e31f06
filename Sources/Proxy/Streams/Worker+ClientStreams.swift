import Base
import Config
import Reactor
import Telemetry
import Wire

/// Frames from clients that speak HTTP/2: every stream becomes an exchange of its own.
extension Worker {
    /// The client speaks HTTP/2 from its first byte on (RFC 9113 §3).
    mutating func multiplex(_ handle: Handle<DownstreamConnection>) {
        let fresh = HTTP2Session(.server, context.snapshot.streamLimits, at: now)
        guard case .inserted(let session) = clientSessions.insert(fresh) else {
            return closeDownstream(handle)
        }
        downstreams[handle].http2 = session
        downstreams[handle].phase = .multiplexed
        downstreams[handle].inbox.scanned = 0
        buffers.lend(to: &downstreams[handle].outbox.bytes)
        clientSessions[session].engine.start(to: &downstreams[handle].outbox.bytes)
        setDeadline(handle, now.advanced(by: context.snapshot.config.timeouts.header))
        markDirty(handle)
    }

    /// Understands as many frames as `bytes` holds; yields how many bytes that was.
    mutating func consumeFrames(
        _ bytes: Span<UInt8>,
        from handle: Handle<DownstreamConnection>
    ) -> Int {
        guard let session = downstreams[handle].http2 else { return bytes.count }
        clientSessions[session].lastHeard = now
        clientSessions[session].isPinged = false
        // Whatever comes may have to be answered at once: acknowledged, credited, refused.
        buffers.lend(to: &downstreams[handle].outbox.bytes)
        markDirty(handle)
        var index = 0
        while downstreams.contains(handle), !downstreams[handle].isClosing {
            let event = clientSessions[session].engine.next(
                bytes,
                &index,
                now: now,
                to: &downstreams[handle].outbox.bytes
            )
            switch event {
            case .needsMore: return index
            case .head(let stream, _): begin(stream, on: handle, session)
            case .refusedHead(let stream, let status, _):
                refuse(stream, LocalReply.reason(ofStatus: status), on: handle, session)
            case .data(let stream, let range, let isLast):
                take(bytes.extracting(range), isLast: isLast, of: stream, session)
            case .trailers(let stream):
                clientSessions[session].keepTrailers(of: stream)
                take(Span(), isLast: true, of: stream, session)
            case .reset:
                if let exchange = clientSessions[session].current {
                    deliver(.clientGone, to: exchange)
                }
            case .failed(_, let abuse):
                endStreams(of: handle, session, abuse)
                return bytes.count
            case .settings: greeted(handle, session)
            case .goAway, .windowOpened, .pong, .interim: break
            }
        }
        return bytes.count
    }

    /// The client has said all that it must: from now on it may be idle.
    private mutating func greeted(
        _ handle: Handle<DownstreamConnection>,
        _ session: Handle<HTTP2Session>
    ) {
        if clientSessions[session].isGreeted { return }
        clientSessions[session].isGreeted = true
        setDeadline(handle, now.advanced(by: context.snapshot.config.timeouts.clientIdle))
    }

    /// Begins the exchange of a stream whose head has come.
    private mutating func begin(
        _ stream: StreamID,
        on handle: Handle<DownstreamConnection>,
        _ session: Handle<HTTP2Session>
    ) {
        guard let exchange = makeExchange(for: stream, of: handle, session) else { return }
        exchanges[exchange].readIdentity(&context)
        exchanges[exchange].readIntent(isTrustedPeer: downstreams[handle].isTrusted)
        fillRecord(exchange, handle)
        // One that came during a drain is answered, and told with its first answer to go elsewhere.
        if context.isDraining { sayGoodbye(handle, session) }
        deliver(.requestHead(isOverCapacity: lifecycle.isOverCapacity), to: exchange)
    }

    /// Answers a stream whose head is no request that can be taken.
    private mutating func refuse(
        _ stream: StreamID,
        _ reason: Reason,
        on handle: Handle<DownstreamConnection>,
        _ session: Handle<HTTP2Session>
    ) {
        guard let exchange = makeExchange(for: stream, of: handle, session) else { return }
        exchanges[exchange].request.reset()
        fillRecord(exchange, handle)
        deliver(.unreadable(reason), to: exchange)
    }

    /// An exchange that has read the head which the engine holds; without one, the stream ends.
    private mutating func makeExchange(
        for stream: StreamID,
        of handle: Handle<DownstreamConnection>,
        _ session: Handle<HTTP2Session>
    ) -> Handle<Exchange>? {
        guard let exchange = draftExchange() else {
            clientSessions[session].engine.reset(
                stream,
                .refusedStream,
                to: &downstreams[handle].outbox.bytes
            )
            return nil
        }
        draft = nil
        clientSessions[session].engine.takeHead(into: &exchanges[exchange].request)
        exchanges[exchange].reset(
            snapshot: context.snapshot,
            upstream: downstreams[handle].upstream,
            handle: exchange.bits,
            at: now,
            wallClock: wallClock
        )
        exchanges[exchange].port = handle.bits
        exchanges[exchange].clientStream.id = stream
        exchanges[exchange].clientStream.timer = timers.makeTimer(data: exchange.bits)
        clientSessions[session].engine.setTag(exchange.bits, of: stream)
        exchanges[exchange].noteGRPC()
        lifecycle.beginRequest()
        exchanges[exchange].upstream.metrics.activeRequests.add(1)
        return exchange
    }

    /// Passes body bytes on; the client gets credit for as many, unless nobody wants more.
    private mutating func take(
        _ bytes: Span<UInt8>,
        isLast: Bool,
        of stream: StreamID,
        _ session: Handle<HTTP2Session>
    ) {
        guard let exchange = clientSessions[session].current else { return }
        exchanges[exchange].clientStream.uncredited += bytes.count
        let isTunnel = exchanges[exchange].isTunnel
        guard isTunnel || !exchanges[exchange].isUpgrade, exchanges[exchange].watch(bytes) else {
            return deliver(.malformedBody, to: exchange)
        }
        deliver(
            .requestBody(count: bytes.count, isLast: isLast && !isTunnel),
            to: exchange,
            lending: bytes
        )
        if isTunnel, isLast, exchanges.contains(exchange) { deliver(.clientEnded, to: exchange) }
        guard exchanges.contains(exchange) else { return }
        creditClient(exchange)
    }

    /// Lets the client send as much again as has been passed on.
    mutating func creditClient(_ exchange: Handle<Exchange>) {
        let count = exchanges[exchange].clientStream.uncredited
        let port = exchanges[exchange].client
        guard count > 0, !exchanges[exchange].clientStream.isPaused,
            let stream = exchanges[exchange].clientStream.id,
            let session = downstreams[port].http2
        else { return }
        exchanges[exchange].clientStream.uncredited = 0
        clientSessions[session].engine.credit(
            count,
            on: stream,
            to: &downstreams[port].outbox.bytes
        )
        markDirty(port)
    }

    /// Every stream ends, and the connection once what waits is sent: it broke the protocol.
    private mutating func endStreams(
        of handle: Handle<DownstreamConnection>,
        _ session: Handle<HTTP2Session>,
        _ abuse: HTTP2Abuse?
    ) {
        if let abuse { lifecycle.metrics.abuses.add(at: Int(abuse.rawValue)) }
        downstreams[handle].isClosing = true
        // Asked of the exchanges themselves: what the engine knows of its streams may be broken too.
        for exchange in exchanges.handles() where exchanges.contains(exchange) {
            guard exchange != draft, exchanges[exchange].clientStream.id != nil,
                exchanges[exchange].port == handle.bits
            else { continue }
            deliver(.clientGone, to: exchange)
        }
        guard downstreams.contains(handle) else { return }
        markDirty(handle)
    }

    /// One of its streams was too slow; a client of too many such is sent away.
    mutating func noteSlowStream(of handle: Handle<DownstreamConnection>) {
        guard downstreams.contains(handle), !downstreams[handle].isClosing,
            let session = downstreams[handle].http2
        else { return }
        buffers.lend(to: &downstreams[handle].outbox.bytes)
        let event = clientSessions[session].engine.noteSlowStream(
            to: &downstreams[handle].outbox.bytes
        )
        if case .failed(_, let abuse) = event { endStreams(of: handle, session, abuse) }
    }

    /// Nobody is there any more to answer any of the streams.
    mutating func loseStreams(_ session: Handle<HTTP2Session>) {
        for exchange in clientSessions[session].exchanges where exchanges.contains(exchange) {
            deliver(.clientGone, to: exchange)
        }
    }

    /// Something may be due on a client's connection that speaks HTTP/2.
    ///
    /// Without streams it is idle; with some, a client that has been silent is asked whether it
    /// is still there (RFC 9113 §6.7).
    mutating func streamsTimer(_ handle: Handle<DownstreamConnection>) {
        guard let session = downstreams[handle].http2 else { return }
        if !clientSessions[session].isGreeted { return lost(handle) }
        let patience = context.snapshot.config.timeouts.clientIdle
        let heard = clientSessions[session].lastHeard.advanced(by: patience)
        // A client may be heard of, and still take nothing of what it was answered.
        let isStalled =
            clientSessions[session].engine.queuedBytes > 0
            && clientSessions[session].exchanges.isEmpty
        let moved =
            isStalled ? clientSessions[session].lastMoved.advanced(by: patience) : .distantFuture
        if moved <= now { return lost(handle) }
        guard heard <= now else { return setDeadline(handle, min(heard, moved)) }
        if downstreams[handle].isClosing
            || clientSessions[session].isPinged && clientSessions[session].engine.openStreams > 0
        {
            return lost(handle)
        }
        buffers.lend(to: &downstreams[handle].outbox.bytes)
        if clientSessions[session].engine.openStreams == 0 {
            clientSessions[session].engine.shutDown(to: &downstreams[handle].outbox.bytes)
            downstreams[handle].isClosing = true
        } else {
            clientSessions[session].isPinged = true
            clientSessions[session].engine.ping(to: &downstreams[handle].outbox.bytes)
        }
        setDeadline(handle, now.advanced(by: patience))
        markDirty(handle)
    }

    /// Tells clients that speak HTTP/2 to ask elsewhere (RFC 9113 §6.8): a drain has begun.
    mutating func announceDrain() {
        for handle in downstreams.handles() {
            guard let session = downstreams[handle].http2 else { continue }
            sayGoodbye(handle, session)
        }
    }

    private mutating func sayGoodbye(
        _ handle: Handle<DownstreamConnection>,
        _ session: Handle<HTTP2Session>
    ) {
        // Said again, it would refuse what the client could not know to be too late.
        if clientSessions[session].isLeaving { return }
        clientSessions[session].isLeaving = true
        buffers.lend(to: &downstreams[handle].outbox.bytes)
        clientSessions[session].engine.shutDown(to: &downstreams[handle].outbox.bytes)
        markDirty(handle)
    }
}
