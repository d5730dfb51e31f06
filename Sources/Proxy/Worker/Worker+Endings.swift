import Base
import Config
import Reactor
import Telemetry
import Wire

/// How exchanges end: with our own words, with an honest cut, or well; and what is written down.
extension Worker {
    /// Seconds since 1970, for dates; the clock is read once a turn.
    var wallSeconds: Int64 { Int64(wallClock / 1_000_000_000) }

    /// Nanoseconds since 1970.
    var wallClock: UInt64 { now.nanoseconds &+ wallOffset }

    /// Answers in our own name; what waits to be sent before it goes first.
    @inline(never)
    mutating func reply(
        _ reason: Reason,
        _ exchange: Handle<Exchange>,
        _ port: Handle<DownstreamConnection>
    ) {
        if exchanges[exchange].closesAfterReply(reason, isDraining: context.isDraining) {
            downstreams[port].isClosing = true
        }
        buffers.lend(to: &downstreams[port].outbox.bytes)
        exchanges[exchange].appendReply(
            reason,
            isClosing: downstreams[port].isClosing,
            date: date.text(wall: wallSeconds),
            to: &downstreams[port].outbox.bytes
        )
        markDirty(port)
    }

    @inline(never)
    mutating func listModels(
        _ exchange: Handle<Exchange>,
        _ port: Handle<DownstreamConnection>
    ) {
        if exchanges[exchange].requestSide == .arriving { downstreams[port].isClosing = true }
        buffers.lend(to: &downstreams[port].outbox.bytes)
        exchanges[exchange].appendModels(
            isClosing: downstreams[port].isClosing,
            date: date.text(wall: wallSeconds),
            to: &downstreams[port].outbox.bytes
        )
        markDirty(port)
    }

    @inline(never)
    mutating func answerOptions(
        _ exchange: Handle<Exchange>,
        _ port: Handle<DownstreamConnection>
    ) {
        if exchanges[exchange].requestSide == .arriving { downstreams[port].isClosing = true }
        buffers.lend(to: &downstreams[port].outbox.bytes)
        exchanges[exchange].appendOptionsAnswer(
            isClosing: downstreams[port].isClosing,
            isTrusted: exchanges[exchange].tellsLoad(peer: downstreams[port].isTrusted),
            date: date.text(wall: wallSeconds),
            to: &downstreams[port].outbox.bytes
        )
        markDirty(port)
    }

    /// Ends a begun answer so that nobody can take it for complete.
    @inline(never)
    mutating func abortResponse(
        _ reason: Reason,
        _ exchange: Handle<Exchange>,
        _ port: Handle<DownstreamConnection>
    ) {
        downstreams[port].isClosing = true
        guard reason != .clientGone else {
            downstreams[port].isAborting = true
            return
        }
        if exchanges[exchange].isTunnel {
            if reason == .draining { sendGoingAway(port) }
            return
        }
        switch downstreams[port].outbox.framing {
        case .chunked
        where exchanges[exchange].response.isEventStream
            && exchanges[exchange].events.isAtEventEnd:
            var event = ByteBuffer()
            exchanges[exchange].appendErrorEvent(reason, to: &event)
            event.withReadable {
                downstreams[port].write($0, &buffers)
            }
            markDirty(port)
        case .untilClose:
            // Only a reset tells this client that the end is not the end.
            downstreams[port].isAborting = true
        case .none, .identity, .chunked:
            break
        }
    }

    /// A WebSocket is told why it ends (RFC 6455 §7.4.1): 1001, going away.
    private mutating func sendGoingAway(_ port: Handle<DownstreamConnection>) {
        buffers.lend(to: &downstreams[port].outbox.bytes)
        downstreams[port].outbox.bytes.append([0x88, 0x02, 0x03, 0xe9])
        markDirty(port)
    }

    /// Writes the request down and makes the connection ready for the next, or for its end.
    @inline(__always)
    mutating func finish(_ exchange: Handle<Exchange>, _ port: Handle<DownstreamConnection>) {
        let isUnfinished = exchanges[exchange].requestSide == .arriving
        let wasTunnel = exchanges[exchange].isTunnel
        conclude(exchange)
        guard downstreams.contains(port) else { return }
        downstreams[port].becomeReady(isRequestUnfinished: isUnfinished && !wasTunnel)
        if isUnfinished { downstreams[port].isClosing = true }
        setDeadline(port, now.advanced(by: context.snapshot.config.timeouts.clientIdle))
        if downstreams[port].isClosing {
            markDirty(port)
        } else if downstreams[port].hasMore {
            lookAgain(port)
        }
    }

    /// Writes the request down and frees what the exchange had.
    @inline(__always)
    mutating func conclude(_ exchange: Handle<Exchange>) {
        writeDown(exchange)
        if exchanges[exchange].link != 0 { release(exchange, isReusable: false) }
        if exchanges[exchange].held.allocatedCount > 0 {
            exchanges[exchange].held.clear()
            buffers.reclaim(&exchanges[exchange].held)
        }
        exchanges.recycle(exchange)
        lifecycle.endRequest()
    }

    /// Metrics, flight recorder and access log, all from one record.
    @inline(__always)
    private mutating func writeDown(_ exchange: Handle<Exchange>) {
        exchanges[exchange].count()
        lifecycle.keep(&exchanges[exchange].record)
        guard log != nil, exchanges[exchange].snapshot.isLogged else { return }
        exchanges[exchange].snapshot.accessLog.append(exchanges[exchange].record, to: &logLines)
    }

    /// What is known of a request as soon as its head is there.
    @inline(__always)
    mutating func fillRecord(
        _ exchange: Handle<Exchange>,
        _ port: Handle<DownstreamConnection>
    ) {
        if let gateway = exchanges[exchange].snapshot.gateway {
            if let link = downstreams[port].outbox.tls {
                exchanges[exchange].passage.certified = link.principal(by: gateway.gatekeeper)
            }
            exchanges[exchange].passage.client = downstreams[port].peer.ipv6Mapped ?? 0
        }
        exchanges[exchange].isSecure = downstreams[port].outbox.holdsTLS
        exchanges[exchange].record.service = exchanges[exchange].upstream.index
        exchanges[exchange].identify(peer: downstreams[port].peer, &context)
    }
}
