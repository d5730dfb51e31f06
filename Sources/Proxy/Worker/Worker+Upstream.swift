import Base
import Policy
import Reactor
import Synchronization
import Telemetry
import Wire

/// Bytes from models: heads and bodies become events of the exchange that has the connection.
extension Worker {
    mutating func upstreamReady(_ handle: Handle<UpstreamConnection>, _ event: Poller.Event) {
        guard upstreams.contains(handle) else { return }
        if upstreams[handle].phase == .connecting {
            guard event.isWritable || event.isFailed else { return }
            connected(handle)
            // An edge is not told twice: what came with the connection is read after the request
            // has been sent.
            guard upstreams.contains(handle) else { return }
            noteReadable(handle, event)
            if upstreams[handle].inbox.isReadable { lookAgain(handle) }
            return
        }
        if event.isWritable, upstreams[handle].outbox.isBlocked {
            upstreams[handle].outbox.isBlocked = false
            markDirty(handle)
        }
        noteReadable(handle, event)
        if upstreams[handle].inbox.isReadable { readUpstream(handle) }
    }

    @inline(__always)
    private mutating func noteReadable(
        _ handle: Handle<UpstreamConnection>,
        _ event: Poller.Event
    ) {
        guard event.isReadable || event.isEnded || event.isFailed else { return }
        upstreams[handle].inbox.isReadable = true
        if event.isBroken { upstreams[handle].inbox.isBroken = true }
        // An end that comes with data must still be met after the data.
        if event.isEnded || event.isFailed { upstreams[handle].inbox.sawEnd = true }
    }

    mutating func resumeUpstream(_ handle: Handle<UpstreamConnection>) {
        guard upstreams.contains(handle) else { return }
        upstreams[handle].inbox.isListed = false
        if !upstreams[handle].inbox.leftover.isEmpty { consumeLeftover(handle) }
        guard upstreams.contains(handle), upstreams[handle].inbox.isReadable else { return }
        readUpstream(handle)
    }

    private mutating func readUpstream(_ handle: Handle<UpstreamConnection>) {
        guard !upstreams[handle].inbox.isPaused else {
            // No timeout watches a tunnel whose client takes nothing.
            if upstreams[handle].inbox.isBroken, upstreams[handle].phase == .tunnel {
                broken(handle, .reset)
            }
            return
        }
        if upstreams[handle].phase != .head, spliceAnswer(handle) { return }
        switch upstreams[handle].socket.read(into: input.raw) {
        case .transferred(let count):
            let isMore = count == input.raw.count || upstreams[handle].inbox.sawEnd
            upstreams[handle].inbox.isReadable = isMore
            upstreams[handle].inbox.isBulk = count == input.raw.count
            noteProgress(handle)
            let bytes = input.filled(count)
            if let link = upstreams[handle].outbox.tls {
                unseal(bytes.span, link, from: handle)
            } else {
                feed(bytes.span, to: handle)
            }
            guard isMore, upstreams.contains(handle) else { return }
            lookAgain(handle)
        case .wouldBlock:
            upstreams[handle].inbox.isReadable = false
        case .ended:
            upstreams[handle].inbox.isReadable = false
            upstreams[handle].inbox.sawEnd = true
            modelEnded(handle)
        case .failed:
            broken(handle, breakage(handle))
        }
    }

    /// The model is alive: it sent something.
    @inline(__always)
    mutating func noteProgress(_ handle: Handle<UpstreamConnection>) {
        upstreams[handle].upstream.lastByte.store(now.nanoseconds, ordering: .relaxed)
    }

    @inline(__always)
    mutating func feed(_ bytes: Span<UInt8>, to handle: Handle<UpstreamConnection>) {
        guard upstreams[handle].inbox.leftover.isEmpty else {
            upstreams[handle].inbox.leftover.append(bytes)
            return consumeLeftover(handle)
        }
        let consumed = consume(bytes, from: handle)
        guard consumed < bytes.count, upstreams.contains(handle) else { return }
        upstreams[handle].inbox.leftover.append(bytes, consumed..<bytes.count)
    }

    private mutating func consumeLeftover(_ handle: Handle<UpstreamConnection>) {
        var bytes = ByteBuffer()
        swap(&bytes, &upstreams[handle].inbox.leftover)
        let consumed = bytes.withReadable { consume($0, from: handle) }
        bytes.consume(min(consumed, bytes.readableCount))
        guard upstreams.contains(handle) else { return }
        if bytes.isEmpty { bytes.release() }
        swap(&bytes, &upstreams[handle].inbox.leftover)
    }

    /// Understands as much of `bytes` as is wanted now; yields how much that was.
    private mutating func consume(
        _ bytes: Span<UInt8>,
        from handle: Handle<UpstreamConnection>
    ) -> Int {
        var index = 0
        while index < bytes.count, upstreams.contains(handle) {
            switch upstreams[handle].phase {
            case .head:
                guard consumeHead(bytes, &index, from: handle) else { return index }
            case .body:
                if upstreams[handle].inbox.isPaused { return index }
                guard consumeBody(bytes, &index, from: handle) else { return index }
            case .tunnel:
                if upstreams[handle].inbox.isPaused { return index }
                guard let exchange = upstreams[handle].exchange else { return bytes.count }
                let count = bytes.count - index
                deliver(
                    .responseBody(count: count, isLast: false),
                    to: exchange,
                    lending: bytes.extracting(index...)
                )
                index = bytes.count
            case .multiplexed:
                return index + consumeFrames(bytes.extracting(index...), from: handle)
            case .idle, .connecting, .securing:
                // Nobody asked: whatever this answers, it is not the next request.
                closeUpstream(handle)
                return bytes.count
            }
        }
        return index
    }

    /// Parses the response head at `index`; `false` when it is incomplete or the connection is gone.
    @inline(__always)
    private mutating func consumeHead(
        _ bytes: Span<UInt8>,
        _ index: inout Int,
        from handle: Handle<UpstreamConnection>
    ) -> Bool {
        guard let exchange = upstreams[handle].exchange else { return false }
        upstreams[handle].hasAnswered = true
        var scanned = upstreams[handle].inbox.scanned
        do {
            let parser = exchanges[exchange].snapshot.responseParser
            let method = exchanges[exchange].request.method
            guard
                let count = try parser.parse(
                    bytes.extracting(index...),
                    scanned: &scanned,
                    answering: method,
                    into: &exchanges[exchange].response
                )
            else {
                upstreams[handle].inbox.scanned = scanned
                return false
            }
            upstreams[handle].inbox.scanned = 0
            let start = index
            index += count
            guard receiveHead(exchange, handle, bytes, &index) else {
                index = start
                return false
            }
            return true
        } catch {
            // What was understood of it points into bytes that are not kept.
            exchanges[exchange].response.fields.reset()
            deliver(.upstreamFailed(.malformedResponse), to: exchange)
            return false
        }
    }

    /// Acts on a parsed head, and on a body that came with it whole, which begins at `index`.
    ///
    /// `false` when the connection is gone because of it.
    @inline(__always)
    private mutating func receiveHead(
        _ exchange: Handle<Exchange>,
        _ handle: Handle<UpstreamConnection>,
        _ bytes: Span<UInt8>,
        _ index: inout Int
    ) -> Bool {
        let isSwitch = exchanges[exchange].isSwitch
        let status = exchanges[exchange].response.status
        if status < 200, !isSwitch {
            upstreams[handle].interimCount += 1
            guard upstreams[handle].interimCount <= 32 else {
                deliver(.upstreamFailed(.malformedResponse), to: exchange)
                return false
            }
            deliver(.interim, to: exchange)
            return upstreams.contains(handle)
        }
        if isSwitch,
            exchanges[exchange].request.upgrade == .none || !exchanges[exchange].acceptsWebSocket()
        {
            deliver(.upstreamFailed(.malformedResponse), to: exchange)
            return false
        }
        if exchanges[exchange].looksLikeSocket {
            // A page where a WebSocket was asked for says nothing against the model.
            exchanges[exchange].response.fields.reset()
            deliver(.unreadable(.upstreamProtocolError), to: exchange)
            return false
        }
        upstreams[handle].isKeptAlive = exchanges[exchange].response.isKeptAlive && !isSwitch
        upstreams[handle].phase = isSwitch ? .tunnel : .body
        let framing = exchanges[exchange].response.framing
        // Most short answers come in one piece. What a failure says is looked at first.
        if case .length(let length) = framing, length <= UInt64(bytes.count - index), status < 500,
            !upstreams[handle].inbox.isPaused
        {
            let body = index..<index + Int(length)
            index = body.upperBound
            upstreams[handle].inbox.decoder.begin(.none)
            let piece = bytes.extracting(body)
            deliver(.wholeResponse(count: piece.count), to: exchange, lending: piece)
        } else {
            upstreams[handle].inbox.decoder.begin(framing)
            deliver(.responseHead, to: exchange)
        }
        return upstreams.contains(handle)
    }

    @inline(__always)
    private mutating func consumeBody(
        _ bytes: Span<UInt8>,
        _ index: inout Int,
        from handle: Handle<UpstreamConnection>
    ) -> Bool {
        guard let exchange = upstreams[handle].exchange else {
            index = bytes.count
            return false
        }
        do {
            if case .chunked = exchanges[exchange].response.framing {
                return try consumeChunks(bytes, &index, from: handle, exchange)
            }
            let piece = try nextPiece(bytes, &index, &upstreams[handle].inbox.decoder)
            let isLast = upstreams[handle].inbox.decoder.isComplete
            guard isLast || piece.count > 0 else { return false }
            pass(bytes.extracting(piece), isLast: isLast, to: exchange)
            return true
        } catch {
            deliver(.upstreamFailed(.malformedResponse), to: exchange)
            index = bytes.count
            return false
        }
    }

    /// Gathers the payload of all chunks that are here, free of their framing.
    private mutating func consumeChunks(
        _ bytes: Span<UInt8>,
        _ index: inout Int,
        from handle: Handle<UpstreamConnection>,
        _ exchange: Handle<Exchange>
    ) throws(BodyDecoder.Failure) -> Bool {
        var gathered = ByteBuffer()
        swap(&gathered, &payload)
        gathered.clear()
        defer { swap(&gathered, &payload) }
        try gatherChunks(bytes, &index, &upstreams[handle].inbox.decoder, into: &gathered)
        let isLast = upstreams[handle].inbox.decoder.isComplete
        guard isLast || !gathered.isEmpty else { return false }
        gathered.withReadable { pass($0, isLast: isLast, to: exchange) }
        return true
    }

    mutating func pass(
        _ piece: Span<UInt8>,
        isLast: Bool,
        to exchange: Handle<Exchange>
    ) {
        if exchanges[exchange].response.status >= 500 {
            exchanges[exchange].keepFailureBody(piece)
        }
        deliver(.responseBody(count: piece.count, isLast: isLast), to: exchange, lending: piece)
    }

    /// The model closed: a clean end only where the answer says so.
    mutating func modelEnded(_ handle: Handle<UpstreamConnection>) {
        if let session = upstreams[handle].http2 {
            return loseModel(handle, session, breakage(handle))
        }
        guard let exchange = upstreams[handle].exchange else { return closeUpstream(handle) }
        switch upstreams[handle].phase {
        case .tunnel:
            deliver(.upstreamEnded, to: exchange)
        case .body where isEndSaid(handle) && upstreams[handle].inbox.decoder.endOfInput():
            deliver(.responseBody(count: 0, isLast: true), to: exchange)
        case .head, .body, .connecting, .securing, .idle, .multiplexed:
            broken(handle, breakage(handle))
        }
    }

    /// The connection is of no more use; a reused one that said nothing had merely gone stale.
    mutating func broken(
        _ handle: Handle<UpstreamConnection>,
        _ failure: AttemptFailure
    ) {
        if let session = upstreams[handle].http2 { return loseModel(handle, session, failure) }
        guard let exchange = upstreams[handle].exchange else { return closeUpstream(handle) }
        let isStale =
            upstreams[handle].isReused && !upstreams[handle].hasAnswered
            && upstreams[handle].phase == .head
        deliver(.upstreamFailed(isStale ? .staleConnection : failure), to: exchange)
        if upstreams.contains(handle), upstreams[handle].exchange == nil { closeUpstream(handle) }
    }

    /// A connection attempt has come to its end.
    private mutating func connected(_ handle: Handle<UpstreamConnection>) {
        if let error = upstreams[handle].socket.pendingError() {
            return broken(handle, error.isTimedOut ? .connectTimeout : .connectRefused)
        }
        if !secure(handle) { opened(handle) }
    }

    /// The endpoint can be asked.
    mutating func opened(_ handle: Handle<UpstreamConnection>) {
        if let session = upstreams[handle].http2 { return greet(handle, session) }
        guard let exchange = upstreams[handle].exchange else { return closeUpstream(handle) }
        upstreams[handle].phase = .head
        deliver(.upstreamReady(isReused: false), to: exchange)
    }
}
