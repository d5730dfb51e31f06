import Base
import Config
import Reactor
import Telemetry
import Wire

/// Bytes from clients: heads become exchanges, bodies become events.
extension Worker {
    mutating func downstreamReady(_ handle: Handle<DownstreamConnection>, _ event: Poller.Event) {
        guard downstreams.contains(handle) else { return }
        if event.isWritable, downstreams[handle].outbox.isBlocked {
            downstreams[handle].outbox.isBlocked = false
            markDirty(handle)
        }
        if event.isBroken || event.isFailed && downstreams[handle].phase != .tunnel {
            return lost(handle)
        }
        guard event.isReadable || event.isEnded || event.isFailed else { return }
        downstreams[handle].inbox.isReadable = true
        if event.isEnded || event.isFailed { downstreams[handle].inbox.isEndNear = true }
        if downstreams[handle].phase == .waiting, event.isEnded { clientEnded(handle) }
        guard downstreams.contains(handle) else { return }
        readDownstream(handle)
    }

    /// Looks again at a connection that was put off: first what it left over, then the socket.
    mutating func resumeDownstream(_ handle: Handle<DownstreamConnection>) {
        guard downstreams.contains(handle) else { return }
        downstreams[handle].inbox.isListed = false
        if !downstreams[handle].inbox.leftover.isEmpty { consumeLeftover(handle) }
        guard downstreams.contains(handle), downstreams[handle].inbox.isReadable else { return }
        readDownstream(handle)
    }

    /// One read, so that a fast sender cannot starve the others.
    private mutating func readDownstream(_ handle: Handle<DownstreamConnection>) {
        guard !downstreams[handle].inbox.isPaused,
            downstreams[handle].inbox.leftover.readableCount < Inbox.waitingBytes
                || downstreams[handle].phase == .head
        else { return }
        if downstreams[handle].phase != .head, spliceRequest(handle) { return }
        switch downstreams[handle].socket.read(into: input.raw) {
        case .transferred(let count):
            let isMore = count == input.raw.count || downstreams[handle].inbox.isEndNear
            downstreams[handle].inbox.isReadable = isMore
            downstreams[handle].inbox.isBulk = count == input.raw.count
            let bytes = input.filled(count)
            if let link = downstreams[handle].outbox.tls {
                unseal(bytes.span, link, from: handle)
            } else {
                feed(bytes.span, to: handle)
            }
            guard downstreams.contains(handle) else { return }
            if downstreams[handle].inbox.isReadable { lookAgain(handle) }
        case .wouldBlock:
            downstreams[handle].inbox.isReadable = false
        case .ended:
            downstreams[handle].inbox.isReadable = false
            clientEnded(handle)
        case .failed:
            lost(handle)
        }
    }

    /// Consumes what is complete and keeps the rest.
    @inline(__always)
    mutating func feed(_ bytes: Span<UInt8>, to handle: Handle<DownstreamConnection>) {
        guard downstreams[handle].inbox.leftover.isEmpty else {
            downstreams[handle].inbox.leftover.append(bytes)
            return consumeLeftover(handle)
        }
        let consumed = consume(bytes, from: handle)
        guard consumed < bytes.count, downstreams.contains(handle) else { return }
        buffers.lend(to: &downstreams[handle].inbox.leftover)
        downstreams[handle].inbox.leftover.append(bytes, consumed..<bytes.count)
        account(handle)
        if downstreams[handle].phase == .head, lifecycle.isOverCapacity {
            return refuse(handle, .overCapacity)
        }
        meetEnd(handle)
    }

    private mutating func consumeLeftover(_ handle: Handle<DownstreamConnection>) {
        var bytes = ByteBuffer()
        swap(&bytes, &downstreams[handle].inbox.leftover)
        let consumed = bytes.withReadable { consume($0, from: handle) }
        bytes.consume(min(consumed, bytes.readableCount))
        buffers.reclaim(&bytes)
        guard downstreams.contains(handle) else { return }
        swap(&bytes, &downstreams[handle].inbox.leftover)
        account(handle)
        meetEnd(handle)
    }

    /// An end that was met while an earlier request ran counts for what came before it, too.
    private mutating func meetEnd(_ handle: Handle<DownstreamConnection>) {
        guard downstreams[handle].inbox.sawEnd, !downstreams[handle].inbox.isReadable else {
            return
        }
        switch downstreams[handle].phase {
        case .head:
            // Until what was answered is taken, what came behind it waits.
            if downstreams[handle].outbox.isBlocked, !downstreams[handle].inbox.leftover.isEmpty {
                return
            }
            closeWhenSent(handle)
        case .body where downstreams[handle].inbox.leftover.isEmpty:
            lost(handle)
        case .waiting:
            guard let exchange = downstreams[handle].exchange,
                !exchanges[exchange].isClientEnded
            else { return }
            deliver(.clientEnded, to: exchange)
        case .multiplexed:
            lost(handle)
        case .body, .tunnel, .lingering:
            break
        }
    }

    private mutating func consume(
        _ bytes: Span<UInt8>,
        from handle: Handle<DownstreamConnection>
    ) -> Int {
        downstreams[handle].inbox.isConsuming = true
        let consumed = understand(bytes, from: handle)
        if downstreams.contains(handle) { downstreams[handle].inbox.isConsuming = false }
        return consumed
    }

    /// Understands as much of `bytes` as is wanted now; yields how much that was.
    @inline(__always)
    private mutating func understand(
        _ bytes: Span<UInt8>,
        from handle: Handle<DownstreamConnection>
    ) -> Int {
        var index = 0
        while index < bytes.count, downstreams.contains(handle) {
            switch downstreams[handle].phase {
            case .head:
                if downstreams[handle].isClosing { return bytes.count }
                // What was answered must be taken before more is asked.
                if downstreams[handle].outbox.isBlocked { return index }
                guard let count = consumeHead(bytes.extracting(index...), from: handle) else {
                    return index
                }
                index += count
            case .body:
                if downstreams[handle].inbox.isPaused { return index }
                guard consumeBody(bytes, &index, from: handle) else { return index }
            case .tunnel:
                if downstreams[handle].inbox.isPaused { return index }
                guard let exchange = downstreams[handle].exchange else { return bytes.count }
                let count = bytes.count - index
                deliver(
                    .requestBody(count: count, isLast: false),
                    to: exchange,
                    lending: bytes.extracting(index...)
                )
                index = bytes.count
            case .waiting:
                return index
            case .multiplexed:
                return index + consumeFrames(bytes.extracting(index...), from: handle)
            case .lingering:
                drop(bytes.count - index, from: handle)
                return bytes.count
            }
        }
        return index
    }

    /// Parses one head and begins its exchange; `nil` when it is incomplete or was refused.
    @inline(__always)
    private mutating func consumeHead(
        _ bytes: Span<UInt8>,
        from handle: Handle<DownstreamConnection>
    ) -> Int? {
        guard let exchange = draftExchange() else {
            closeDownstream(handle)
            return nil
        }
        var scanned = downstreams[handle].inbox.scanned
        do {
            let parser = context.snapshot.requestParser
            guard
                let count = try parser.parse(
                    bytes,
                    scanned: &scanned,
                    into: &exchanges[exchange].request
                )
            else {
                if !downstreams[handle].inbox.isHeadBegun {
                    downstreams[handle].inbox.isHeadBegun = true
                    setDeadline(handle, now.advanced(by: context.snapshot.config.timeouts.header))
                }
                downstreams[handle].inbox.scanned = scanned
                return nil
            }
            downstreams[handle].inbox.scanned = 0
            downstreams[handle].inbox.isHeadBegun = false
            begin(handle)
            return count
        } catch {
            if case .http2Preface = error, downstreams[handle].mayMultiplex {
                multiplex(handle)
                return 0
            }
            refuse(handle, LocalReply.reason(of: error))
            return bytes.count
        }
    }

    /// Decodes body bytes from `index` on; `false` when no more can be taken.
    private mutating func consumeBody(
        _ bytes: Span<UInt8>,
        _ index: inout Int,
        from handle: Handle<DownstreamConnection>
    ) -> Bool {
        guard let exchange = downstreams[handle].exchange else {
            index = bytes.count
            return false
        }
        do {
            var isHonest = true
            if case .chunked = exchanges[exchange].request.framing {
                var gathered = ByteBuffer()
                swap(&gathered, &payload)
                gathered.clear()
                defer { swap(&gathered, &payload) }
                try gatherChunks(bytes, &index, &downstreams[handle].inbox.decoder, into: &gathered)
                let isLast = noteBodyEnd(handle)
                guard isLast || !gathered.isEmpty else { return false }
                isHonest = gathered.withReadable { pass($0, isLast: isLast, to: exchange) }
            } else {
                let piece = try nextPiece(bytes, &index, &downstreams[handle].inbox.decoder)
                let isLast = noteBodyEnd(handle)
                guard isLast || piece.count > 0 else { return false }
                isHonest = pass(bytes.extracting(piece), isLast: isLast, to: exchange)
            }
            if !isHonest { index = bytes.count }
            return isHonest
        } catch {
            deliver(.malformedBody, to: exchange)
            index = bytes.count
            return false
        }
    }

    /// Whether the body is whole; what comes next is another request then.
    private mutating func noteBodyEnd(_ handle: Handle<DownstreamConnection>) -> Bool {
        guard downstreams[handle].inbox.decoder.isComplete else { return false }
        downstreams[handle].phase = .waiting
        return true
    }

    /// Passes payload on; `false` when it is not what the head of the body had promised.
    private mutating func pass(
        _ piece: Span<UInt8>,
        isLast: Bool,
        to exchange: Handle<Exchange>
    ) -> Bool {
        guard exchanges[exchange].watch(piece) else {
            deliver(.malformedBody, to: exchange)
            return false
        }
        deliver(.requestBody(count: piece.count, isLast: isLast), to: exchange, lending: piece)
        return true
    }

    /// FIN: before a request the end, inside one a departure, after one a half-close.
    mutating func clientEnded(_ handle: Handle<DownstreamConnection>) {
        let isFirst = !downstreams[handle].inbox.sawEnd
        downstreams[handle].inbox.sawEnd = true
        switch downstreams[handle].phase {
        case .head:
            // Requests that came before the end are answered first.
            if downstreams[handle].inbox.leftover.isEmpty {
                closeWhenSent(handle)
            } else {
                lookAgain(handle)
            }
        case .body, .multiplexed:
            lost(handle)
        case .waiting, .tunnel:
            guard isFirst, let exchange = downstreams[handle].exchange else { return }
            deliver(.clientEnded, to: exchange)
        case .lingering:
            closeDownstream(handle)
        }
    }

    /// The client cannot hear us any more.
    mutating func lost(_ handle: Handle<DownstreamConnection>) {
        guard downstreams.contains(handle) else { return }
        downstreams[handle].outbox.isFailed = true
        if let exchange = downstreams[handle].exchange { deliver(.clientGone, to: exchange) }
        if let session = downstreams[handle].http2 { loseStreams(session) }
        guard downstreams.contains(handle) else { return }
        closeDownstream(handle)
    }

    private mutating func drop(_ count: Int, from handle: Handle<DownstreamConnection>) {
        downstreams[handle].lingerBytes -= count
        if downstreams[handle].lingerBytes <= 0 { closeDownstream(handle) }
    }
}
