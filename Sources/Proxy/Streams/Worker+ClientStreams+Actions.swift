import Base
import Config
import Reactor
import Telemetry
import Wire

/// What an exchange wants done on its client's stream.
extension Worker {
    /// Bytes that wait in an outbox before what streams have queued waits in the engine.
    static let pumpedCount = 65_536

    /// Does `action` on the stream; `false` when it does not concern the client.
    mutating func performOnStream(
        _ action: Action,
        for exchange: Handle<Exchange>,
        lending bytes: Span<UInt8>
    ) -> Bool {
        let port = exchanges[exchange].client
        guard let session = downstreams[port].http2,
            let stream = exchanges[exchange].clientStream.id
        else { return false }
        switch action {
        case .sendContinue:
            var head = ByteBuffer()
            head.append("HTTP/1.1 100 Continue\r\n\r\n")
            send(head, endsStream: false, stream, port, session)
        case .readRequest(let isWanted):
            exchanges[exchange].clientStream.isPaused = !isWanted
            if isWanted { creditClient(exchange) }
        case .sendInterim:
            var head = takeScratch()
            exchanges[exchange].appendInterim(to: &head)
            send(head, endsStream: false, stream, port, session)
            giveScratch(&head)
        case .sendResponseHead: sendResponseHead(exchange, stream, port, session)
        case .forwardResponse(let isLast):
            forwardResponse(bytes, isLast: isLast, exchange, stream, port, session)
        case .endResponse: send(Span(), endsStream: true, exchange, stream, port, session)
        case .reply(let reason):
            var answer = takeScratch()
            let date = date.text(wall: wallSeconds)
            if exchanges[exchange].clientStream.isGRPC {
                exchanges[exchange].appendGRPCReply(reason, date: date, to: &answer)
            } else {
                exchanges[exchange].appendReply(reason, isClosing: false, date: date, to: &answer)
            }
            sendWhole(&answer, stream, port, session)
        case .answerOptions:
            var answer = takeScratch()
            exchanges[exchange].appendOptionsAnswer(
                isClosing: false,
                isTrusted: exchanges[exchange].tellsLoad(peer: downstreams[port].isTrusted),
                date: date.text(wall: wallSeconds),
                to: &answer
            )
            sendWhole(&answer, stream, port, session)
        case .listModels:
            var answer = takeScratch()
            let date = date.text(wall: wallSeconds)
            exchanges[exchange].appendModels(isClosing: false, date: date, to: &answer)
            sendWhole(&answer, stream, port, session)
        case .abortResponse(let reason): abortResponse(reason, exchange, stream, port, session)
        case .finish: finishStream(exchange, stream, port, session)
        default: return false
        }
        return true
    }

    private mutating func sendResponseHead(
        _ exchange: Handle<Exchange>,
        _ stream: StreamID,
        _ port: Handle<DownstreamConnection>,
        _ session: Handle<HTTP2Session>
    ) {
        var head = takeScratch()
        let framing = exchanges[exchange].answerFraming
        exchanges[exchange].appendResponse(
            framing: framing,
            isClosing: false,
            isTrusted: exchanges[exchange].tellsLoad(peer: downstreams[port].isTrusted),
            date: date.line(wall: wallSeconds),
            to: &head
        )
        send(head, endsStream: framing == .none, stream, port, session)
        giveScratch(&head)
    }

    private mutating func forwardResponse(
        _ bytes: Span<UInt8>,
        isLast: Bool,
        _ exchange: Handle<Exchange>,
        _ stream: StreamID,
        _ port: Handle<DownstreamConnection>,
        _ session: Handle<HTTP2Session>
    ) {
        if exchanges[exchange].response.isEventStream { exchanges[exchange].events.feed(bytes) }
        guard isLast, let trailers = responseTrailers(of: exchange) else {
            return send(bytes, endsStream: isLast, exchange, stream, port, session)
        }
        if bytes.count > 0 { send(bytes, endsStream: false, exchange, stream, port, session) }
        buffers.lend(to: &downstreams[port].outbox.bytes)
        var text = takeScratch()
        HeadEncoder.appendKept(trailers, to: &text)
        text.withReadable {
            clientSessions[session].engine.sendTrailers(
                $0,
                on: stream,
                to: &downstreams[port].outbox.bytes
            )
        }
        giveScratch(&text)
        markDirty(port)
    }

    /// Sends the head that stands in `head`.
    private mutating func send(
        _ head: borrowing ByteBuffer,
        endsStream: Bool,
        _ stream: StreamID,
        _ port: Handle<DownstreamConnection>,
        _ session: Handle<HTTP2Session>
    ) {
        buffers.lend(to: &downstreams[port].outbox.bytes)
        head.withReadable {
            clientSessions[session].engine.sendHead(
                $0,
                on: stream,
                endsStream: endsStream,
                to: &downstreams[port].outbox.bytes
            )
        }
        markDirty(port)
    }

    /// Sends body bytes; what the client's windows do not allow waits in the engine.
    private mutating func send(
        _ bytes: Span<UInt8>,
        endsStream: Bool,
        _ exchange: Handle<Exchange>,
        _ stream: StreamID,
        _ port: Handle<DownstreamConnection>,
        _ session: Handle<HTTP2Session>
    ) {
        buffers.lend(to: &downstreams[port].outbox.bytes)
        clientSessions[session].engine.send(
            bytes,
            on: stream,
            endsStream: endsStream,
            to: &downstreams[port].outbox.bytes
        )
        if clientSessions[session].engine.pending(on: stream) > 0 {
            clientSessions[session].changed.append(exchange)
        }
        markDirty(port)
    }

    /// Sends an answer of our own, which stands in `answer` as in HTTP/1.1: head, then body.
    private mutating func sendWhole(
        _ answer: inout ByteBuffer,
        _ stream: StreamID,
        _ port: Handle<DownstreamConnection>,
        _ session: Handle<HTTP2Session>
    ) {
        let end = answer.withReadable { HeadEncoder.end(of: $0) }
        buffers.lend(to: &downstreams[port].outbox.bytes)
        answer.withReadable { bytes in
            clientSessions[session].engine.sendHead(
                bytes.extracting(0..<end),
                on: stream,
                endsStream: end == bytes.count,
                to: &downstreams[port].outbox.bytes
            )
            guard end < bytes.count else { return }
            clientSessions[session].engine.send(
                bytes.extracting(end...),
                on: stream,
                endsStream: true,
                to: &downstreams[port].outbox.bytes
            )
        }
        giveScratch(&answer)
        markDirty(port)
    }

    /// Ends a begun answer so that nobody can take it for complete.
    private mutating func abortResponse(
        _ reason: Reason,
        _ exchange: Handle<Exchange>,
        _ stream: StreamID,
        _ port: Handle<DownstreamConnection>,
        _ session: Handle<HTTP2Session>
    ) {
        buffers.lend(to: &downstreams[port].outbox.bytes)
        if reason != .clientGone, exchanges[exchange].clientStream.isGRPC {
            var trailers = takeScratch()
            exchanges[exchange].appendGRPCStatus(reason, to: &trailers)
            trailers.withReadable {
                clientSessions[session].engine.sendTrailers(
                    $0,
                    on: stream,
                    to: &downstreams[port].outbox.bytes
                )
            }
            giveScratch(&trailers)
            return markDirty(port)
        }
        if exchanges[exchange].isTunnel, reason == .draining {
            // Told why it ends (RFC 6455 §7.4.1): 1001, going away.
            let close: [UInt8] = [0x88, 0x02, 0x03, 0xe9]
            return send(close.span, endsStream: true, exchange, stream, port, session)
        }
        if reason != .clientGone, !exchanges[exchange].isTunnel,
            exchanges[exchange].response.isEventStream, exchanges[exchange].events.isAtEventEnd
        {
            var event = takeScratch()
            exchanges[exchange].appendErrorEvent(reason, to: &event)
            event.withReadable { send($0, endsStream: false, exchange, stream, port, session) }
            giveScratch(&event)
        }
        clientSessions[session].engine.reset(
            stream,
            reason == .clientGone ? .cancel : .internalError,
            to: &downstreams[port].outbox.bytes
        )
        markDirty(port)
    }

    /// Writes the request down; the stream is over, or ends with what still waits in the engine.
    private mutating func finishStream(
        _ exchange: Handle<Exchange>,
        _ stream: StreamID,
        _ port: Handle<DownstreamConnection>,
        _ session: Handle<HTTP2Session>
    ) {
        clientSessions[session].engine.setTag(0, of: stream)
        if clientSessions[session].engine.pending(on: stream) == 0 {
            stopReceiving(stream, port, session)
        }
        clientSessions[session].forget(stream)
        if let timer = exchanges[exchange].clientStream.timer { timers.free(timer) }
        accountStream(exchange, holding: 0)
        conclude(exchange)
        markDirty(port)
    }

    /// The answer is complete before its request: the rest is not wanted (RFC 9113 §8.1).
    private mutating func stopReceiving(
        _ stream: StreamID,
        _ port: Handle<DownstreamConnection>,
        _ session: Handle<HTTP2Session>
    ) {
        guard clientSessions[session].engine.isReceiving(stream) else { return }
        clientSessions[session].engine.reset(stream, .noError, to: &downstreams[port].outbox.bytes)
        markDirty(port)
    }

    /// Tells the process how much memory the exchange of a stream holds.
    mutating func accountStream(_ exchange: Handle<Exchange>, holding held: Int) {
        let change = held - exchanges[exchange].clientStream.accountedBytes
        guard change != 0 else { return }
        exchanges[exchange].clientStream.accountedBytes = held
        lifecycle.account(change)
    }

    /// Offers the kernel what waits for a client that speaks HTTP/2, and tells the exchanges.
    mutating func flushStreams(
        _ handle: Handle<DownstreamConnection>,
        _ session: Handle<HTTP2Session>
    ) {
        repeat {
            _ = downstreams[handle].flush(&buffers)
        } while pump(handle, session)
        if downstreams[handle].outbox.missesRoom { hearOfRoom(handle) }
        if downstreams[handle].outbox.isFailed { return lost(handle) }
        account(handle)
        tellStreams(handle, session)
        guard downstreams.contains(handle), downstreams[handle].outbox.isEmpty,
            downstreams[handle].isClosing || clientSessions[session].engine.isOver
        else { return }
        if downstreams[handle].phase == .multiplexed, !downstreams[handle].inbox.sawEnd {
            linger(handle)
        } else {
            closeDownstream(handle)
        }
    }

    /// Lets what waits in the engine follow into an empty outbox; `false` when nothing did.
    private mutating func pump(
        _ handle: Handle<DownstreamConnection>,
        _ session: Handle<HTTP2Session>
    ) -> Bool {
        guard clientSessions[session].engine.queuedBytes > 0,
            downstreams[handle].outbox.isEmpty, !downstreams[handle].outbox.isFailed
        else { return false }
        buffers.lend(to: &downstreams[handle].outbox.bytes)
        clientSessions[session].engine.pump(
            to: &downstreams[handle].outbox.bytes,
            room: Self.pumpedCount
        )
        noteDrained(handle, session)
        if downstreams[handle].outbox.isEmpty { return false }
        clientSessions[session].lastMoved = now
        return true
    }

    /// Streams whose queue is empty: an exchange may go on, or a request is no longer wanted.
    private mutating func noteDrained(
        _ handle: Handle<DownstreamConnection>,
        _ session: Handle<HTTP2Session>
    ) {
        while let stream = clientSessions[session].engine.nextDrained() {
            if let exchange = clientSessions[session].current {
                clientSessions[session].changed.append(exchange)
            } else {
                stopReceiving(stream, handle, session)
            }
        }
    }

    /// Whoever has begun to wait for the client, or has caught up, is told so.
    private mutating func tellStreams(
        _ handle: Handle<DownstreamConnection>,
        _ session: Handle<HTTP2Session>
    ) {
        while clientSessions.contains(session),
            let exchange = clientSessions[session].changed.popLast()
        {
            guard exchanges.contains(exchange), let stream = exchanges[exchange].clientStream.id
            else { continue }
            let isBlocked = clientSessions[session].engine.pending(on: stream) > 0
            if isBlocked != exchanges[exchange].isDownstreamBlocked {
                deliver(.downstreamBlocked(isBlocked), to: exchange)
            }
        }
    }
}
