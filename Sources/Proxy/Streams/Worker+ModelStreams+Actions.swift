import Base
import Config
import Policy
import Reactor
import Telemetry
import Wire

/// What an exchange wants done on its stream to a model that speaks HTTP/2.
extension Worker {
    /// How many exchanges may wait for one connection to open.
    private static let waitingMost = 100
    /// How long a model with streams may say nothing before it is asked whether it is there, and
    /// then again before it counts as gone.
    private static let silence = Nanoseconds.seconds(20)

    /// Gives the exchange a stream on a connection that is there; `false` when a new one is needed.
    mutating func joinShared(_ exchange: Handle<Exchange>, _ key: PoolKey) -> Bool {
        for handle in pool.shared(key) {
            guard upstreams.contains(handle), let session = upstreams[handle].http2 else {
                continue
            }
            if modelSessions[session].isGreeted {
                if openStream(for: exchange, on: handle, session, isReused: true) { return true }
            } else if modelSessions[session].waiting.count < Self.waitingMost {
                modelSessions[session].waiting.append(exchange)
                exchanges[exchange].link = handle.bits
                return true
            }
        }
        return false
    }

    /// Makes a connection that opens one which others find, too.
    mutating func share(
        _ handle: Handle<UpstreamConnection>,
        with exchange: Handle<Exchange>,
        _ key: PoolKey
    ) {
        let fresh = HTTP2Session(
            .client,
            context.snapshot.answerLimits,
            isSecure: upstreams[handle].upstream.config.tls != nil,
            at: now
        )
        guard case .inserted(let session) = modelSessions.insert(fresh) else {
            return deliver(.upstreamExhausted, to: exchange)
        }
        modelSessions[session].waiting.append(exchange)
        upstreams[handle].http2 = session
        exchanges[exchange].link = handle.bits
        pool.share(handle, key)
    }

    /// The connection is open: says that HTTP/2 will be spoken (RFC 9113 §3.4).
    ///
    /// Nobody gets a stream before the model's own greeting: it may speak HTTP/1.1 alone.
    mutating func greet(_ handle: Handle<UpstreamConnection>, _ session: Handle<HTTP2Session>) {
        upstreams[handle].phase = .multiplexed
        buffers.lend(to: &upstreams[handle].outbox.bytes)
        modelSessions[session].engine.start(to: &upstreams[handle].outbox.bytes)
        markDirty(handle)
    }

    /// The model speaks HTTP/2: everyone who waited for the connection gets a stream.
    mutating func greeted(_ handle: Handle<UpstreamConnection>, _ session: Handle<HTTP2Session>) {
        modelSessions[session].isGreeted = true
        var waiting: [Handle<Exchange>] = []
        swap(&waiting, &modelSessions[session].waiting)
        for exchange in waiting where exchanges.contains(exchange) {
            guard exchanges[exchange].model == handle else { continue }
            if upstreams.contains(handle) {
                if openStream(for: exchange, on: handle, session, isReused: false) { continue }
                // A model that allows none at all would have us open connections for ever.
                if modelSessions[session].engine.openStreams == 0 {
                    deliver(.upstreamFailed(.refusedStream), to: exchange)
                    continue
                }
            }
            // It allows fewer streams than waited: another connection carries the rest.
            exchanges[exchange].link = 0
            connect(exchange)
        }
    }

    /// Begins a stream for the exchange; `false` when the model allows no more now.
    private mutating func openStream(
        for exchange: Handle<Exchange>,
        on handle: Handle<UpstreamConnection>,
        _ session: Handle<HTTP2Session>,
        isReused: Bool
    ) -> Bool {
        if exchanges[exchange].isUpgrade, !modelSessions[session].engine.peerTakesExtendedConnect {
            // Nothing is wrong with it, but a WebSocket cannot be had there.
            deliver(.unreadable(.upstreamProtocolError), to: exchange)
            return true
        }
        guard let stream = modelSessions[session].engine.open(tag: exchange.bits) else {
            return false
        }
        exchanges[exchange].link = handle.bits
        exchanges[exchange].modelStream = ModelStream()
        exchanges[exchange].modelStream.id = stream
        deliver(.upstreamReady(isReused: isReused), to: exchange)
        return true
    }

    /// Writes the head of the request to the stream of the exchange.
    mutating func sendRequestHead(
        _ exchange: Handle<Exchange>,
        _ link: Handle<UpstreamConnection>,
        _ session: Handle<HTTP2Session>
    ) {
        guard let stream = exchanges[exchange].modelStream.id else { return }
        let port = exchanges[exchange].client
        var head = takeScratch()
        exchanges[exchange].writeRequest(
            of: downstreams[port].peer,
            isTrustedPeer: downstreams[port].isTrusted,
            &context,
            now,
            to: &head
        )
        let endsStream = exchanges[exchange].outgoingFraming == .none
        buffers.lend(to: &upstreams[link].outbox.bytes)
        head.withReadable {
            modelSessions[session].engine.sendHead(
                $0,
                on: stream,
                endsStream: endsStream,
                to: &upstreams[link].outbox.bytes
            )
        }
        giveScratch(&head)
        exchanges[exchange].noteSent(now)
        markDirty(link)
    }

    /// Sends body bytes of the request; what the model's windows do not allow waits.
    mutating func send(
        _ bytes: Span<UInt8>,
        isLast: Bool,
        to link: Handle<UpstreamConnection>,
        _ exchange: Handle<Exchange>,
        _ session: Handle<HTTP2Session>
    ) {
        guard let stream = exchanges[exchange].modelStream.id else { return }
        let trailers = isLast ? requestTrailers(of: exchange) : nil
        buffers.lend(to: &upstreams[link].outbox.bytes)
        if bytes.count > 0 || trailers == nil {
            modelSessions[session].engine.send(
                bytes,
                on: stream,
                endsStream: isLast && trailers == nil,
                to: &upstreams[link].outbox.bytes
            )
        }
        if let trailers {
            var text = takeScratch()
            HeadEncoder.appendKept(trailers, to: &text)
            text.withReadable {
                modelSessions[session].engine.sendTrailers(
                    $0,
                    on: stream,
                    to: &upstreams[link].outbox.bytes
                )
            }
            giveScratch(&text)
        }
        if modelSessions[session].engine.pending(on: stream) > 0 {
            modelSessions[session].changed.append(exchange)
        }
        markDirty(link)
    }

    /// Lets go of the exchange's stream; the connection carries the others, and waits for more.
    mutating func releaseStream(
        _ exchange: Handle<Exchange>,
        _ handle: Handle<UpstreamConnection>,
        _ session: Handle<HTTP2Session>
    ) {
        let released = exchanges[exchange].modelStream.id
        exchanges[exchange].modelStream = ModelStream()
        guard let stream = released else {
            modelSessions[session].waiting.removeAll { $0 == exchange }
            // Whoever waits in vain for a greeting may be asking one that speaks HTTP/1.1 alone.
            if !modelSessions[session].isGreeted, upstreams[handle].phase == .multiplexed,
                exchanges[exchange].mayAskInHTTP1
            {
                upstreams[handle].upstream.noteHTTP1(of: upstreams[handle].pool.endpoint)
            }
            if modelSessions[session].waiting.isEmpty, !modelSessions[session].isGreeted {
                closeUpstream(handle)
            }
            return
        }
        buffers.lend(to: &upstreams[handle].outbox.bytes)
        modelSessions[session].engine.reset(stream, .cancel, to: &upstreams[handle].outbox.bytes)
        modelSessions[session].engine.setTag(0, of: stream)
        modelSessions[session].forget(stream)
        markDirty(handle)
        guard modelSessions[session].engine.openStreams == 0 else { return }
        upstreams[handle].idleSince = now
        upstreams[handle].expires = now.advanced(by: upstreams[handle].upstream.config.keepAlive)
        startSweeping()
    }

    /// Offers the kernel what waits for a model that speaks HTTP/2, and tells the exchanges.
    mutating func flushStreams(
        _ handle: Handle<UpstreamConnection>,
        _ session: Handle<HTTP2Session>
    ) {
        repeat {
            _ = upstreams[handle].flush(&buffers)
        } while pump(handle, session)
        if upstreams[handle].outbox.missesRoom { hearOfRoom(handle) }
        if upstreams[handle].outbox.isFailed {
            // It may have answered before it closed: what it said is read first.
            upstreams[handle].inbox.isReadable = true
            upstreams[handle].inbox.sawEnd = true
            return lookAgain(handle)
        }
        while modelSessions.contains(session),
            let exchange = modelSessions[session].changed.popLast()
        {
            guard exchanges.contains(exchange), let stream = exchanges[exchange].modelStream.id
            else { continue }
            let isBlocked = modelSessions[session].engine.pending(on: stream) > 0
            if isBlocked != exchanges[exchange].isUpstreamBlocked {
                deliver(.upstreamBlocked(isBlocked), to: exchange)
            }
        }
        guard upstreams.contains(handle), upstreams[handle].outbox.isEmpty,
            modelSessions[session].engine.isOver
        else { return }
        closeUpstream(handle)
    }

    /// Lets what waits in the engine follow into an empty outbox; `false` when nothing did.
    private mutating func pump(
        _ handle: Handle<UpstreamConnection>,
        _ session: Handle<HTTP2Session>
    ) -> Bool {
        guard modelSessions[session].engine.queuedBytes > 0, upstreams[handle].outbox.isEmpty,
            !upstreams[handle].outbox.isFailed
        else { return false }
        buffers.lend(to: &upstreams[handle].outbox.bytes)
        modelSessions[session].engine.pump(
            to: &upstreams[handle].outbox.bytes,
            room: Self.pumpedCount
        )
        while modelSessions[session].engine.nextDrained() != nil {
            if let exchange = modelSessions[session].current {
                modelSessions[session].changed.append(exchange)
            }
        }
        return !upstreams[handle].outbox.isEmpty
    }

    /// Closes shared connections that nobody has used for a while, and asks silent models whether
    /// they are still there (RFC 9113 §6.7).
    mutating func sweepShared() {
        for handle in pool.shared where upstreams.contains(handle) {
            guard let session = upstreams[handle].http2, modelSessions[session].isGreeted else {
                continue
            }
            if modelSessions[session].engine.openStreams == 0 {
                if upstreams[handle].expires <= now { retire(handle, session) }
            } else if now.since(modelSessions[session].lastHeard) >= Self.silence {
                if modelSessions[session].isPinged {
                    loseModel(handle, session, .reset)
                } else {
                    ping(handle, session)
                }
            }
        }
    }

    private mutating func retire(
        _ handle: Handle<UpstreamConnection>,
        _ session: Handle<HTTP2Session>
    ) {
        pool.unshare(handle)
        buffers.lend(to: &upstreams[handle].outbox.bytes)
        modelSessions[session].engine.shutDown(to: &upstreams[handle].outbox.bytes)
        markDirty(handle)
    }

    private mutating func ping(
        _ handle: Handle<UpstreamConnection>,
        _ session: Handle<HTTP2Session>
    ) {
        modelSessions[session].isPinged = true
        modelSessions[session].lastHeard = now
        buffers.lend(to: &upstreams[handle].outbox.bytes)
        modelSessions[session].engine.ping(to: &upstreams[handle].outbox.bytes)
        markDirty(handle)
    }

    /// Field lines behind the body of the request, edited as its head was.
    mutating func requestTrailers(of exchange: Handle<Exchange>) -> Fields? {
        let port = exchanges[exchange].client
        var trailers: Fields?
        if let stream = exchanges[exchange].clientStream.id {
            if let session = downstreams[port].http2 {
                trailers = clientSessions[session].takeTrailers(of: stream)
            }
        } else {
            trailers = downstreams[port].inbox.decoder.trailers
        }
        if trailers != nil { exchanges[exchange].edit(trailers: &trailers) }
        return trailers
    }

    /// Field lines behind the body of the answer.
    mutating func responseTrailers(of exchange: Handle<Exchange>) -> Fields? {
        let link = exchanges[exchange].model
        guard upstreams.contains(link) else { return nil }
        if let stream = exchanges[exchange].modelStream.id {
            guard let session = upstreams[link].http2 else { return nil }
            return modelSessions[session].takeTrailers(of: stream)
        }
        guard case .chunked = exchanges[exchange].response.framing else { return nil }
        return upstreams[link].inbox.decoder.trailers
    }
}
