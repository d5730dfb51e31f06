import Base
import Policy
import Reactor
import Telemetry
import Wire

/// The seam: events go into an exchange, and what it wants is done, in order.
extension Worker {
    mutating func deliver(_ event: Event, to handle: Handle<Exchange>) {
        deliver(event, to: handle, lending: Span())
    }

    /// Tells an exchange what happened and does what it asks for; `bytes` are the event's.
    mutating func deliver(
        _ event: Event,
        to handle: Handle<Exchange>,
        lending bytes: Span<UInt8>
    ) {
        var actions = Actions()
        exchanges[handle].handle(event, context: &context, now: now, actions: &actions)
        // Neither changes as long as the exchange lives.
        let port = exchanges[handle].client
        let isStream = exchanges[handle].clientStream.id != nil
        var index = 0
        while index < actions.count {
            guard exchanges.contains(handle) else { return }
            let action = actions[index]
            index += 1
            if isStream, performOnStream(action, for: handle, lending: bytes) { continue }
            perform(action, for: handle, port, lending: bytes, &actions)
        }
        guard exchanges.contains(handle) else { return }
        if isStream {
            setDeadline(handle)
        } else {
            setDeadline(port, exchanges[handle].wakeAt)
        }
    }

    @inline(__always)
    private mutating func perform(
        _ action: Action,
        for exchange: Handle<Exchange>,
        _ port: Handle<DownstreamConnection>,
        lending bytes: Span<UInt8>,
        _ actions: inout Actions
    ) {
        switch action {
        case .sendContinue: sendContinue(port)
        case .connect:
            // Nothing stands behind it, so what follows from it may join the list.
            if !reconnect(exchange, &actions) { connect(exchange) }
        case .sendRequestHead: sendRequestHead(exchange)
        case .sendHeld: sendHeld(exchange)
        case .holdRequest:
            buffers.lend(to: &exchanges[exchange].held)
            exchanges[exchange].held.append(bytes)
            accountHeld(exchange, port)
            if lifecycle.isOverCapacity { deliver(.upstreamExhausted, to: exchange) }
        case .forwardRequest(let isLast): forwardRequest(exchange, bytes, isLast: isLast)
        case .endRequest: endRequest(exchange)
        case .readRequest(let isWanted):
            downstreams[port].inbox.isPaused = !isWanted
            if isWanted, downstreams[port].hasMore { lookAgain(port) }
        case .sendInterim: sendInterim(exchange, port)
        case .sendResponseHead: sendResponseHead(exchange, port)
        case .forwardResponse(let isLast):
            forwardResponse(exchange, port, bytes, isLast: isLast)
        case .endResponse:
            downstreams[port].isEnding = true
            markDirty(port)
        case .readResponse(let isWanted): readResponse(exchange, isWanted)
        case .reply(let reason): reply(reason, exchange, port)
        case .answerOptions: answerOptions(exchange, port)
        case .listModels: listModels(exchange, port)
        case .lookUp: lookUp(for: exchange)
        case .inspect: deliver(.inspect, to: exchange)
        case .abortResponse(let reason): abortResponse(reason, exchange, port)
        case .releaseUpstream(let isReusable): release(exchange, isReusable: isReusable)
        case .finish: finish(exchange, port)
        }
    }

    @inline(never)
    private mutating func sendContinue(_ port: Handle<DownstreamConnection>) {
        buffers.lend(to: &downstreams[port].outbox.bytes)
        downstreams[port].outbox.bytes.append("HTTP/1.1 100 Continue\r\n\r\n")
        markDirty(port)
    }

    @inline(__always)
    private mutating func sendRequestHead(_ exchange: Handle<Exchange>) {
        let link = exchanges[exchange].model
        guard upstreams.contains(link) else { return }
        if let session = upstreams[link].http2 {
            return sendRequestHead(exchange, link, session)
        }
        let port = exchanges[exchange].client
        buffers.lend(to: &upstreams[link].outbox.bytes)
        upstreams[link].begin(
            &exchanges[exchange],
            of: downstreams[port].peer,
            isTrustedPeer: downstreams[port].isTrusted,
            &context,
            now
        )
        markDirty(link)
    }

    @inline(never)
    private mutating func sendHeld(_ exchange: Handle<Exchange>) {
        let link = exchanges[exchange].model
        guard upstreams.contains(link) else { return }
        var held = ByteBuffer()
        swap(&held, &exchanges[exchange].held)
        let isLast = exchanges[exchange].requestSide == .complete
        held.withReadable { write($0, isLast: isLast, to: link, exchange) }
        if exchanges[exchange].isBodyReplayable {
            swap(&held, &exchanges[exchange].held)
        } else {
            held.clear()
            buffers.reclaim(&held)
        }
    }

    @inline(never)
    private mutating func forwardRequest(
        _ exchange: Handle<Exchange>,
        _ bytes: Span<UInt8>,
        isLast: Bool
    ) {
        let link = exchanges[exchange].model
        guard upstreams.contains(link) else { return }
        write(bytes, isLast: isLast, to: link, exchange)
    }

    private mutating func write(
        _ bytes: Span<UInt8>,
        isLast: Bool,
        to link: Handle<UpstreamConnection>,
        _ exchange: Handle<Exchange>
    ) {
        if let session = upstreams[link].http2 {
            return send(bytes, isLast: isLast, to: link, exchange, session)
        }
        if upstreams[link].write(bytes, &buffers) > 0 { exchanges[exchange].noteSent(now) }
        if isLast, upstreams[link].outbox.saysEnd {
            upstreams[link].outbox.endBody(trailers: requestTrailers(of: exchange), &buffers)
        }
        markDirty(link)
    }

    @inline(never)
    private mutating func endRequest(_ exchange: Handle<Exchange>) {
        let link = exchanges[exchange].model
        guard upstreams.contains(link) else { return }
        if let session = upstreams[link].http2 {
            return send(Span(), isLast: true, to: link, exchange, session)
        }
        upstreams[link].isEnding = true
        markDirty(link)
    }

    @inline(never)
    private mutating func sendInterim(
        _ exchange: Handle<Exchange>,
        _ port: Handle<DownstreamConnection>
    ) {
        // HTTP/1.0 does not know interim answers (RFC 9110 §15.2).
        guard exchanges[exchange].request.minorVersion >= 1 else { return }
        buffers.lend(to: &downstreams[port].outbox.bytes)
        exchanges[exchange].appendInterim(to: &downstreams[port].outbox.bytes)
        markDirty(port)
    }

    @inline(__always)
    private mutating func sendResponseHead(
        _ exchange: Handle<Exchange>,
        _ port: Handle<DownstreamConnection>
    ) {
        buffers.lend(to: &downstreams[port].outbox.bytes)
        downstreams[port].begin(
            &exchanges[exchange],
            isDraining: context.isDraining,
            date: date.line(wall: wallSeconds)
        )
        if exchanges[exchange].isSwitch {
            downstreams[port].phase = .tunnel
            lookAgain(port)
        }
        markDirty(port)
    }

    @inline(__always)
    private mutating func forwardResponse(
        _ exchange: Handle<Exchange>,
        _ port: Handle<DownstreamConnection>,
        _ bytes: Span<UInt8>,
        isLast: Bool
    ) {
        if exchanges[exchange].response.isEventStream { noteEvents(exchange, bytes) }
        downstreams[port].write(bytes, &buffers)
        if isLast, downstreams[port].outbox.saysEnd {
            downstreams[port].outbox.endBody(trailers: responseTrailers(of: exchange), &buffers)
        }
        markDirty(port)
    }

    @inline(never)
    private mutating func noteEvents(_ exchange: Handle<Exchange>, _ bytes: Span<UInt8>) {
        exchanges[exchange].events.feed(bytes)
    }

    @inline(never)
    private mutating func readResponse(_ exchange: Handle<Exchange>, _ isWanted: Bool) {
        let link = exchanges[exchange].model
        guard upstreams.contains(link) else { return }
        if upstreams[link].http2 != nil {
            exchanges[exchange].modelStream.isPaused = !isWanted
            if isWanted { creditModel(exchange) }
            return
        }
        upstreams[link].inbox.isPaused = !isWanted
        guard isWanted else { return }
        if upstreams[link].inbox.isReadable || !upstreams[link].inbox.leftover.isEmpty {
            lookAgain(link)
        }
    }
}
