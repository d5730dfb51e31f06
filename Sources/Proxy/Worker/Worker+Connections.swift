import Base
import Config
import Reactor
import Telemetry
import Wire

/// How client connections open, are told no, and close.
extension Worker {
    /// Takes a connection in, or refuses it over the limit.
    mutating func open(
        _ socket: consuming Socket,
        peer: SocketAddress,
        upstream: Int,
        door: Snapshot.Door
    ) {
        guard lifecycle.openConnection() else {
            lifecycle.metrics.connectionsRefused.add()
            context.snapshot.upstreams[upstream].metrics.rejected.add(
                at: Reason.tooManyConnections.index
            )
            // Who expects a handshake would take it for garbage.
            if door.tls != nil { return }
            let isGateway = context.snapshot.isGateway
            socket.refuse(with: LocalReply.tooManyConnections(isGateway: isGateway))
            return
        }
        if !peer.isUnix { socket.setNoDelay(true) }
        let descriptor = socket.descriptor
        let timeouts = context.snapshot.config.timeouts
        // A handshake may take as long as a head.
        let patience = door.tls == nil ? timeouts.clientIdle : timeouts.header
        var connection = DownstreamConnection(
            socket,
            peer: peer,
            upstream: upstream,
            isTrusted: context.snapshot.config.trustedPeers.contains(peer),
            deadline: now.advanced(by: patience)
        )
        let hearsOfRoom = !peer.isUnix
        connection.outbox.hearsOfRoom = hearsOfRoom
        switch downstreams.insert(connection) {
        case .inserted(let handle):
            downstreams[handle].timer = timers.makeTimer(data: handle.bits)
            setDeadline(handle, now.advanced(by: patience))
            downstreams[handle].speech = door.speech
            if let tls = door.tls { beginTLS(handle, tls, door.speech) }
            do throws(SystemError) {
                try poller.add(descriptor, data: handle.bits, hearsOfRoom: hearsOfRoom)
            } catch {
                return closeDownstream(handle)
            }
            if case .h2c = door.speech, door.tls == nil { multiplex(handle) }
        case .full:
            lifecycle.closeConnection()
        }
    }

    /// Answers a request that never became an exchange, then closes.
    mutating func refuse(_ handle: Handle<DownstreamConnection>, _ reason: Reason) {
        guard let exchange = makeExchange(for: handle) else { return closeDownstream(handle) }
        exchanges[exchange].request.reset()
        exchanges[exchange].request.isKeptAlive = false
        downstreams[handle].isClosing = true
        fillRecord(exchange, handle)
        deliver(.unreadable(reason), to: exchange)
    }

    /// Begins the exchange whose head has been read into the draft.
    @inline(__always)
    mutating func begin(_ handle: Handle<DownstreamConnection>) {
        guard let exchange = makeExchange(for: handle) else { return closeDownstream(handle) }
        downstreams[handle].hasServed = true
        exchanges[exchange].readIdentity(&context)
        exchanges[exchange].readIntent(isTrustedPeer: downstreams[handle].isTrusted)
        if case .none = exchanges[exchange].request.framing {
            downstreams[handle].phase = .waiting
        } else {
            downstreams[handle].phase = .body
            downstreams[handle].inbox.decoder.begin(exchanges[exchange].request.framing)
        }
        if !exchanges[exchange].request.isKeptAlive { downstreams[handle].isClosing = true }
        fillRecord(exchange, handle)
        deliver(.requestHead(isOverCapacity: lifecycle.isOverCapacity), to: exchange)
    }

    @inline(__always)
    private mutating func makeExchange(
        for handle: Handle<DownstreamConnection>
    ) -> Handle<Exchange>? {
        guard let exchange = draft ?? draftExchange() else { return nil }
        draft = nil
        exchanges[exchange].follow(&context, upstream: downstreams[handle].upstream)
        exchanges[exchange].reset(handle: exchange.bits, at: now, wallClock: wallClock)
        exchanges[exchange].port = handle.bits
        downstreams[handle].exchange = exchange
        downstreams[handle].inbox.isPaused = false
        lifecycle.beginRequest()
        exchanges[exchange].countBegin()
        return exchange
    }

    /// Where the next head is read to: a recycled exchange, or a new one.
    mutating func draftExchange() -> Handle<Exchange>? {
        if let draft { return draft }
        draft = exchanges.reuse()
        if draft == nil,
            case .inserted(let fresh) = exchanges.insert(Exchange(snapshot: context.snapshot))
        {
            draft = fresh
        }
        return draft
    }

    /// Closes as soon as everything that waits has been taken.
    mutating func closeWhenSent(_ handle: Handle<DownstreamConnection>) {
        if downstreams[handle].outbox.isEmpty {
            closeDownstream(handle)
        } else {
            downstreams[handle].isClosing = true
        }
    }

    /// Ends our direction and drops what the client still sends, for a bounded time: closing
    /// with unread bytes would reset the connection before it has read our answer.
    mutating func linger(_ handle: Handle<DownstreamConnection>) {
        downstreams[handle].phase = .lingering
        downstreams[handle].inbox.isPaused = false
        downstreams[handle].endOutput()
        setDeadline(handle, now.advanced(by: .seconds(1)))
        if downstreams[handle].inbox.isReadable { lookAgain(handle) }
    }

    mutating func closeDownstream(_ handle: Handle<DownstreamConnection>) {
        if downstreams[handle].outbox.holdsTLS, isHandshaking(handle) { handshakes.end() }
        if downstreams[handle].isAborting || downstreams[handle].isCut {
            downstreams[handle].socket.abort()
        } else if downstreams[handle].outbox.holdsTLS {
            noteUnfinished(handle)
            downstreams[handle].sealEnd()
        }
        if let timer = downstreams[handle].timer { timers.free(timer) }
        var connection = downstreams.remove(handle)
        if let session = connection.http2 { _ = clientSessions.remove(session) }
        buffers.reclaim(&connection.outbox.bytes)
        pipes.give(&connection.outbox.pipe)
        if connection.accountedBytes != 0 { lifecycle.account(-connection.accountedBytes) }
        lifecycle.closeConnection()
    }

    mutating func markDirty(_ handle: Handle<DownstreamConnection>) {
        guard !downstreams[handle].outbox.isDirty else { return }
        downstreams[handle].outbox.isDirty = true
        dirty.append(handle.bits)
    }

    mutating func lookAgain(_ handle: Handle<DownstreamConnection>) {
        guard !downstreams[handle].inbox.isListed else { return }
        downstreams[handle].inbox.isListed = true
        again.append(handle.bits)
    }

    /// The process's account knows what the exchange has kept of its request.
    mutating func accountHeld(
        _ exchange: Handle<Exchange>,
        _ port: Handle<DownstreamConnection>
    ) {
        if exchanges[exchange].clientStream.id == nil {
            account(port)
        } else {
            accountStream(exchange, holding: exchanges[exchange].held.allocatedCount)
        }
    }

    /// Tells the process how much memory this connection holds in buffers.
    mutating func account(_ handle: Handle<DownstreamConnection>) {
        var held = downstreams[handle].inbox.leftover.allocatedCount
        held += downstreams[handle].outbox.bytes.allocatedCount
        held += downstreams[handle].outbox.pipedCount
        held += downstreams[handle].outbox.sealedCount
        if let exchange = downstreams[handle].exchange {
            held += exchanges[exchange].held.allocatedCount
        }
        if let session = downstreams[handle].http2 {
            held += clientSessions[session].engine.queuedBytes
        }
        let change = held - downstreams[handle].accountedBytes
        guard change != 0 else { return }
        downstreams[handle].accountedBytes = held
        lifecycle.account(change)
    }

    /// Has the poller tell when a client's full connection takes bytes again.
    @inline(never)
    mutating func hearOfRoom(_ handle: Handle<DownstreamConnection>) {
        downstreams[handle].outbox.hearsOfRoom = true
        poller.hearOfRoom(downstreams[handle].socket.descriptor, data: handle.bits)
    }

    /// Offers the kernel what waits for a client, and tells the exchange how that went.
    mutating func flushDownstream(_ handle: Handle<DownstreamConnection>) {
        guard downstreams.contains(handle) else { return }
        if let session = downstreams[handle].http2, downstreams[handle].phase == .multiplexed {
            return gather(handle, session)
        }
        var sent = 0
        if downstreams[handle].outbox.holdsPipe { sent = flushPipe(handle) }
        sent += downstreams[handle].flush(&buffers)
        if downstreams[handle].isQuiet { return }
        if downstreams[handle].outbox.missesRoom { hearOfRoom(handle) }
        if downstreams[handle].outbox.isFailed { return lost(handle) }
        if sent > 0, downstreams[handle].exchange == nil, downstreams[handle].phase == .head {
            // A slow reader of an answer that is complete here is not an idle client.
            setDeadline(handle, now.advanced(by: context.snapshot.config.timeouts.clientIdle))
        }
        let isBlocked = !downstreams[handle].outbox.isEmpty
        account(handle)
        if !isBlocked, downstreams[handle].isEnding {
            downstreams[handle].isEnding = false
            downstreams[handle].endOutput()
        }
        if let exchange = downstreams[handle].exchange {
            if isBlocked != exchanges[exchange].isDownstreamBlocked {
                deliver(.downstreamBlocked(isBlocked), to: exchange)
            }
            return
        }
        guard !isBlocked, downstreams[handle].phase != .lingering else { return }
        if !downstreams[handle].isClosing {
            if downstreams[handle].hasMore { lookAgain(handle) }
        } else if downstreams[handle].mustLinger {
            linger(handle)
        } else {
            closeDownstream(handle)
        }
    }
}
