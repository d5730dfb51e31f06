import Base
import Config
import Crypto
import Policy
import Reactor
import Telemetry

/// What stands between sockets and protocols where a connection is over TLS.
extension Worker {
    /// Between two complaints about handshakes with endpoints that fail.
    private static let complaintPause = Nanoseconds.seconds(10)

    /// Where plaintext lands; made for the first connection over TLS.
    private mutating func plainInput() -> IOBuffer {
        if let plain { return plain }
        let made = IOBuffer(size: input.count + TLSSession.recordRoom)
        plain = made
        return made
    }

    // What clients send.

    /// A client of a TLS listener has connected; if there are too many of its kind, the oldest goes.
    mutating func beginTLS(
        _ handle: Handle<DownstreamConnection>,
        _ server: TLSServer,
        _ speech: ListenerConfig.Speech
    ) {
        downstreams[handle].outbox.tls = TLSLink(
            lifecycle.withTickets(now: now) { tickets in
                TLSSession(server: server, tickets: tickets, protocols: speech.protocols)
            }
        )
        makeRoomForHandshake()
        handshakes.begin(handle.bits)
    }

    /// Forgets what is over, and gives up what is too old.
    private mutating func makeRoomForHandshake() {
        let most = max(1, context.snapshot.config.limits.handshakes / peers.count)
        while let oldest = handshakes.oldest {
            let oldest = Handle<DownstreamConnection>(bits: oldest)
            let isGoingOn = isHandshaking(oldest)
            if isGoingOn, handshakes.count < most { return }
            handshakes.dropOldest()
            if isGoingOn { giveUp(oldest) }
        }
    }

    func isHandshaking(_ handle: Handle<DownstreamConnection>) -> Bool {
        guard downstreams.contains(handle) else { return false }
        return downstreams[handle].outbox.tls?.session.isHandshaking == true
    }

    /// Ends a handshake that others need the room of.
    private mutating func giveUp(_ handle: Handle<DownstreamConnection>) {
        if let link = downstreams[handle].outbox.tls { count(link, .downstream, .crowded) }
        closeDownstream(handle)
    }

    /// Opens what a client sent: the handshake goes on, and plaintext is understood as ever.
    mutating func unseal(
        _ bytes: Span<UInt8>,
        _ link: TLSLink,
        from handle: Handle<DownstreamConnection>
    ) {
        if downstreams[handle].phase == .lingering { return feed(bytes, to: handle) }
        let plain = plainInput()
        let wasHandshaking = link.session.isHandshaking
        link.hasBegun = true
        let received = link.session.receive(bytes, into: plain.raw, replies: &link.sealed)
        if !link.sealed.isEmpty { markDirty(handle) }
        if link.sealed.readableCount > TLSLink.sealedMost { return lost(handle) }
        if wasHandshaking, !link.session.isHandshaking { secured(handle, link) }
        if received.count > 0 {
            let opened = plain.filled(received.count)
            feed(opened.span, to: handle)
        }
        guard downstreams.contains(handle), let end = received.end else { return }
        downstreams[handle].inbox.isReadable = false
        switch end {
        case .closed:
            link.isClosed = true
            clientEnded(handle)
        case .failed(let failure):
            refused(handle, link, failure)
        }
    }

    /// The handshake of a client is over: what it will speak is known.
    private mutating func secured(_ handle: Handle<DownstreamConnection>, _ link: TLSLink) {
        handshakes.end()
        link.isCounted = true
        lifecycle.metrics.shookHands(.downstream, isResumed: link.session.isResumed)
        switch link.session.alpn {
        case .http2: downstreams[handle].speech = .h2c
        case .http1: downstreams[handle].speech = .http1
        case nil: break
        }
        setDeadline(handle, now.advanced(by: context.snapshot.config.timeouts.clientIdle))
        if case .h2c = downstreams[handle].speech { multiplex(handle) }
    }

    /// A client's TLS is broken: it learns why, as far as that can be said, and is cut off.
    private mutating func refused(
        _ handle: Handle<DownstreamConnection>,
        _ link: TLSLink,
        _ failure: TLSFailure
    ) {
        guard link.session.isHandshaking else {
            _ = downstreams[handle].flush(&buffers)
            return lost(handle)
        }
        count(link, .downstream, HandshakeFailure(failure.cause))
        if case .plainHTTP = failure.cause { link.sealed.append(LocalReply.plainHTTP) }
        downstreams[handle].isClosing = true
        _ = downstreams[handle].flush(&buffers)
        if downstreams[handle].outbox.isFailed || downstreams[handle].inbox.sawEnd {
            return closeDownstream(handle)
        }
        linger(handle)
    }

    /// A client's connection goes: if its handshake was not over, that is counted.
    mutating func noteUnfinished(_ handle: Handle<DownstreamConnection>) {
        guard let link = downstreams[handle].outbox.tls, link.hasBegun else { return }
        let isLate = downstreams[handle].deadline <= now
        count(link, .downstream, isLate ? .timeout : .cutShort)
    }

    private mutating func count(
        _ link: TLSLink,
        _ side: ProcessMetrics.Side,
        _ failure: HandshakeFailure
    ) {
        guard !link.isCounted else { return }
        link.isCounted = true
        lifecycle.metrics.handshakeFailed(side, failure)
    }

    // What models send.

    /// Says hello to the endpoint of a connection that has just opened; `false` where it is plain.
    mutating func secure(_ handle: Handle<UpstreamConnection>) -> Bool {
        let isShared = upstreams[handle].http2 != nil
        let endpoint = upstreams[handle].pool.endpoint
        guard
            let session = upstreams[handle].upstream.secure(
                endpoint,
                isShared ? [.http2] : [.http1]
            )
        else { return false }
        let link = TLSLink(session)
        upstreams[handle].outbox.tls = link
        upstreams[handle].phase = .securing
        buffers.lend(to: &link.sealed)
        session.start(to: &link.sealed)
        markDirty(handle)
        return true
    }

    /// Opens what an endpoint sent: the handshake goes on, and plaintext is understood as ever.
    mutating func unseal(
        _ bytes: Span<UInt8>,
        _ link: TLSLink,
        from handle: Handle<UpstreamConnection>
    ) {
        let plain = plainInput()
        let wasHandshaking = link.session.isHandshaking
        let received = link.session.receive(bytes, into: plain.raw, replies: &link.sealed)
        if !link.sealed.isEmpty { markDirty(handle) }
        if wasHandshaking, !link.session.isHandshaking { secured(handle, link) }
        // What it says unasked concerns TLS alone, such as a session to resume.
        if received.count > 0, upstreams.contains(handle) {
            let opened = plain.filled(received.count)
            feed(opened.span, to: handle)
        }
        guard upstreams.contains(handle), let end = received.end else { return }
        upstreams[handle].inbox.isReadable = false
        switch end {
        case .closed:
            link.isClosed = true
            upstreams[handle].inbox.sawEnd = true
            modelEnded(handle)
        case .failed(let failure):
            refused(handle, link, failure)
        }
    }

    /// The handshake with an endpoint is over: it can be asked, in what it speaks.
    private mutating func secured(_ handle: Handle<UpstreamConnection>, _ link: TLSLink) {
        link.isCounted = true
        lifecycle.metrics.shookHands(.upstream, isResumed: link.session.isResumed)
        if let session = upstreams[handle].http2, link.session.alpn != .http2 {
            // As if it had hung up on HTTP/2, which it would.
            upstreams[handle].phase = .multiplexed
            return loseModel(handle, session, .tlsFailed)
        }
        opened(handle)
    }

    private mutating func refused(
        _ handle: Handle<UpstreamConnection>,
        _ link: TLSLink,
        _ failure: TLSFailure
    ) {
        // It may learn why; whether it does is of no concern.
        _ = upstreams[handle].flush(&buffers)
        // A refusal of our certificate comes when our part of the handshake is over already
        // (RFC 8446 §4.4.2.4).
        let isOfHandshake = !link.session.hasReceived && !upstreams[handle].isReused
        if isOfHandshake { complain(of: handle, link, failure) }
        broken(handle, isOfHandshake ? .tlsFailed : .reset)
    }

    private mutating func complain(
        of handle: Handle<UpstreamConnection>,
        _ link: TLSLink,
        _ failure: TLSFailure
    ) {
        link.isCounted = false
        count(link, .upstream, HandshakeFailure(failure.cause))
        guard complainAt <= now else { return }
        complainAt = now.advanced(by: Self.complaintPause)
        let upstream = upstreams[handle].upstream
        let endpoint = upstream.config.endpoints[upstreams[handle].pool.endpoint]
        Complaint.write("\(upstream.name): TLS with \(endpoint): \(failure)")
    }

    /// How a connection to an endpoint fails at this point.
    func breakage(_ handle: Handle<UpstreamConnection>) -> AttemptFailure {
        if case .securing = upstreams[handle].phase { .tlsFailed } else { .reset }
    }

    /// Whether the end of the connection is the end of an answer: over TLS it must have been said.
    mutating func isEndSaid(_ handle: Handle<UpstreamConnection>) -> Bool {
        upstreams[handle].outbox.tls?.isClosed ?? true
    }
}

extension DownstreamConnection {
    /// Says that nothing more will come, where TLS says that.
    mutating func sealEnd() { outbox.sealEnd(to: socket) }

    /// Ends our direction.
    mutating func endOutput() {
        sealEnd()
        socket.shutdownWrite()
    }
}

extension UpstreamConnection {
    /// Says that nothing more will come, where TLS says that.
    mutating func sealEnd() { outbox.sealEnd(to: socket) }

    /// Ends our direction.
    mutating func endOutput() {
        sealEnd()
        socket.shutdownWrite()
    }
}
