import Base
import Config
import Policy
import Reactor
import Telemetry
import Wire

/// How connections to endpoints are found, opened, returned and closed.
extension Worker {
    /// Gives the exchange the pool's freshest connection; `false` when a new one is needed.
    ///
    /// What follows from it is added to the actions that are being done.
    @inline(__always)
    mutating func reconnect(_ exchange: Handle<Exchange>, _ actions: inout Actions) -> Bool {
        guard let key = poolKey(exchange), !exchanges[exchange].asksInStreams else { return false }
        let isIdempotent = exchanges[exchange].request.method.isIdempotent
        while let handle = pool.take(key) {
            guard isUsable(handle, isIdempotent: isIdempotent) else {
                if upstreams.contains(handle) { closeUpstream(handle) }
                continue
            }
            upstreams[handle].carry(exchange)
            exchanges[exchange].link = handle.bits
            exchanges[exchange].handle(
                .upstreamReady(isReused: true),
                context: &context,
                now: now,
                actions: &actions
            )
            return true
        }
        return false
    }

    /// Opens a new connection for the exchange's grant.
    @inline(never)
    mutating func connect(_ exchange: Handle<Exchange>) {
        guard let key = poolKey(exchange) else { return }
        let isShared = exchanges[exchange].asksInStreams
        if isShared, joinShared(exchange, key) { return }
        open(key, exchanges[exchange].upstream, for: exchange, isShared: isShared)
    }

    /// Where connections to the endpoint of the exchange's grant rest.
    @inline(__always)
    private mutating func poolKey(_ exchange: Handle<Exchange>) -> PoolKey? {
        guard let grant = exchanges[exchange].grant else { return nil }
        return PoolKey(upstream: exchanges[exchange].upstream.serial, endpoint: grant.endpoint)
    }

    /// Whether a pooled connection can be trusted with a request.
    ///
    /// One that has rested is looked at before it gets a request that cannot be sent twice; its
    /// end may stand in the very batch of events that brought the request.
    @inline(__always)
    private mutating func isUsable(
        _ handle: Handle<UpstreamConnection>,
        isIdempotent: Bool
    ) -> Bool {
        guard upstreams.contains(handle), now < upstreams[handle].expires else { return false }
        if isIdempotent || now.since(upstreams[handle].idleSince) < .milliseconds(1) {
            return true
        }
        return upstreams[handle].socket.peek() == .wouldBlock
    }

    private mutating func open(
        _ key: PoolKey,
        _ upstream: Upstream,
        for exchange: Handle<Exchange>,
        isShared: Bool
    ) {
        guard let address = upstream.address(of: key.endpoint) else {
            return deliver(.upstreamFailed(.connectRefused), to: exchange)
        }
        if !upstream.hasRoomForConnection, let cold = pool.takeColdest(of: upstream.serial),
            upstreams.contains(cold)
        {
            closeUpstream(cold)
        }
        guard upstream.hasRoomForConnection else {
            return deliver(.upstreamExhausted, to: exchange)
        }
        do throws(SystemError) {
            switch try Socket.connect(to: address) {
            case .connected(let socket):
                guard
                    adopt(
                        socket,
                        key,
                        .head,
                        for: exchange,
                        isShared: isShared,
                        hearsOfRoom: !address.isUnix
                    )
                else { return }
                let handle = exchanges[exchange].model
                if !secure(handle) { opened(handle) }
            case .inProgress(let socket):
                _ = adopt(socket, key, .connecting, for: exchange, isShared: isShared)
            }
        } catch {
            // The want is ours, or of a moment: it says nothing about the model's health.
            if error.isShortage { return deliver(.upstreamExhausted, to: exchange) }
            deliver(
                .upstreamFailed(error.isTimedOut ? .connectTimeout : .connectRefused),
                to: exchange
            )
        }
    }

    /// Takes a new connection in; `false` when the exchange was told that there is no room.
    private mutating func adopt(
        _ socket: consuming Socket,
        _ key: PoolKey,
        _ phase: UpstreamConnection.Phase,
        for exchange: Handle<Exchange>,
        isShared: Bool,
        hearsOfRoom: Bool = true
    ) -> Bool {
        let upstream = exchanges[exchange].upstream
        let descriptor = socket.descriptor
        var connection = UpstreamConnection(socket, of: upstream, pool: key, phase: phase)
        connection.outbox.hearsOfRoom = hearsOfRoom
        switch upstreams.insert(connection) {
        case .inserted(let handle):
            upstream.openedConnection()
            lifecycle.metrics.connectionOpened(.upstream)
            if isShared {
                share(handle, with: exchange, key)
            } else {
                attach(handle, to: exchange)
            }
            do throws(SystemError) {
                try poller.add(descriptor, data: handle.bits, hearsOfRoom: hearsOfRoom)
                return true
            } catch {
                deliver(.upstreamExhausted, to: exchange)
                return false
            }
        case .full:
            deliver(.upstreamExhausted, to: exchange)
            return false
        }
    }

    private mutating func attach(
        _ handle: Handle<UpstreamConnection>,
        to exchange: Handle<Exchange>
    ) {
        upstreams[handle].exchange = exchange
        exchanges[exchange].link = handle.bits
    }

    /// Lets go of the exchange's connection: back to the pool when it is clean, else closed.
    mutating func release(_ exchange: Handle<Exchange>, isReusable: Bool) {
        let handle = exchanges[exchange].model
        if upstreams.contains(handle), let session = upstreams[handle].http2 {
            exchanges[exchange].link = 0
            return releaseStream(exchange, handle, session)
        }
        let keepAlive = exchanges[exchange].upstream.config.keepAlive
        exchanges[exchange].link = 0
        guard upstreams.contains(handle) else { return }
        guard isReusable, upstreams[handle].isClean, keepAlive > .zero,
            !context.isRefusing
        else { return closeUpstream(handle) }
        upstreams[handle].rest(since: now, until: now.advanced(by: keepAlive))
        pool.give(handle, upstreams[handle].pool)
        startSweeping()
    }

    mutating func closeUpstream(_ handle: Handle<UpstreamConnection>) {
        if upstreams[handle].phase == .idle { pool.forget(handle, upstreams[handle].pool) }
        if let session = upstreams[handle].http2 {
            pool.unshare(handle)
            _ = modelSessions.remove(session)
        }
        if upstreams[handle].outbox.holdsTLS { upstreams[handle].sealEnd() }
        var connection = upstreams.remove(handle)
        connection.upstream.closedConnection()
        lifecycle.metrics.connectionClosed(.upstream)
        connection.outbox.bytes.clear()
        buffers.reclaim(&connection.outbox.bytes)
        pipes.give(&connection.outbox.pipe)
    }

    mutating func markDirty(_ handle: Handle<UpstreamConnection>) {
        guard !upstreams[handle].outbox.isDirty else { return }
        upstreams[handle].outbox.isDirty = true
        dirty.append(handle.bits)
    }

    mutating func lookAgain(_ handle: Handle<UpstreamConnection>) {
        guard !upstreams[handle].inbox.isListed else { return }
        upstreams[handle].inbox.isListed = true
        again.append(handle.bits)
    }

    /// Has the poller tell when a model's full connection takes bytes again.
    @inline(never)
    mutating func hearOfRoom(_ handle: Handle<UpstreamConnection>) {
        upstreams[handle].outbox.hearsOfRoom = true
        poller.hearOfRoom(upstreams[handle].socket.descriptor, data: handle.bits)
    }

    /// Offers the kernel what waits for the model, and tells the exchange how that went.
    mutating func flushUpstream(_ handle: Handle<UpstreamConnection>) {
        guard upstreams.contains(handle) else { return }
        if let session = upstreams[handle].http2 { return gather(handle, session) }
        var sent = 0
        if upstreams[handle].outbox.holdsPipe { sent = flushPipe(handle) }
        sent += upstreams[handle].flush(&buffers)
        if upstreams[handle].outbox.missesRoom { hearOfRoom(handle) }
        guard let exchange = upstreams[handle].exchange else { return }
        // What a handshake says is nothing of the request.
        if case .securing = upstreams[handle].phase { sent = 0 }
        if sent > 0 { exchanges[exchange].noteSent(now) }
        if upstreams[handle].outbox.isFailed {
            // It may have answered before it closed: what it said is read first.
            upstreams[handle].inbox.isReadable = true
            upstreams[handle].inbox.sawEnd = true
            return lookAgain(handle)
        }
        if upstreams[handle].outbox.isEmpty, upstreams[handle].isEnding {
            upstreams[handle].isEnding = false
            upstreams[handle].endOutput()
        }
        let isBlocked = !upstreams[handle].outbox.isEmpty
        if isBlocked != exchanges[exchange].isUpstreamBlocked {
            deliver(.upstreamBlocked(isBlocked), to: exchange)
        }
    }
}
