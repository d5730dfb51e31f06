import Base
import Policy
import Telemetry
import Wire

/// Frames from models that speak HTTP/2: every stream answers one exchange.
extension Worker {
    /// Understands as many frames as `bytes` holds; yields how many bytes that was.
    mutating func consumeFrames(
        _ bytes: Span<UInt8>,
        from handle: Handle<UpstreamConnection>
    ) -> Int {
        guard let session = upstreams[handle].http2 else { return bytes.count }
        modelSessions[session].lastHeard = now
        modelSessions[session].isPinged = false
        buffers.lend(to: &upstreams[handle].outbox.bytes)
        markDirty(handle)
        var index = 0
        while upstreams.contains(handle) {
            let event = modelSessions[session].engine.next(
                bytes,
                &index,
                now: now,
                to: &upstreams[handle].outbox.bytes
            )
            switch event {
            case .needsMore: return index
            case .interim(let stream): receiveInterim(stream, session)
            case .head(let stream, let isLast): receiveHead(stream, isLast: isLast, session)
            case .data(let stream, let range, let isLast):
                receive(bytes.extracting(range), isLast: isLast, of: stream, session)
            case .trailers(let stream):
                modelSessions[session].keepTrailers(of: stream)
                if let exchange = modelSessions[session].current {
                    noteGRPCStatus(of: exchange, stream, session)
                }
                receive(Span(), isLast: true, of: stream, session)
            case .refusedHead:
                if let exchange = modelSessions[session].current {
                    deliver(.upstreamFailed(.malformedResponse), to: exchange)
                }
            case .reset(_, let code, let isByPeer):
                guard let exchange = modelSessions[session].current else { break }
                let failure = Self.failure(of: code, isByPeer: isByPeer)
                deliver(.upstreamFailed(failure), to: exchange)
            case .failed:
                loseModel(handle, session, .malformedResponse)
                return bytes.count
            case .goAway:
                // Those that it has not taken up are told one by one; no other may follow.
                pool.unshare(handle)
                closeIfOver(handle, session)
            case .settings: if !modelSessions[session].isGreeted { greeted(handle, session) }
            case .windowOpened, .pong: break
            }
        }
        return bytes.count
    }

    private mutating func receiveInterim(_ stream: StreamID, _ session: Handle<HTTP2Session>) {
        guard let exchange = modelSessions[session].current else { return }
        modelSessions[session].engine.takeHead(into: &exchanges[exchange].response)
        deliver(.interim, to: exchange)
    }

    private mutating func receiveHead(
        _ stream: StreamID,
        isLast: Bool,
        _ session: Handle<HTTP2Session>
    ) {
        guard let exchange = modelSessions[session].current else { return }
        modelSessions[session].engine.takeHead(into: &exchanges[exchange].response)
        exchanges[exchange].noteGRPCStatus()
        exchanges[exchange].noteExtendedConnect()
        deliver(.responseHead, to: exchange)
        guard isLast, exchanges.contains(exchange), exchanges[exchange].modelStream.id == stream
        else { return }
        deliver(.responseBody(count: 0, isLast: true), to: exchange)
    }

    private mutating func noteGRPCStatus(
        of exchange: Handle<Exchange>,
        _ stream: StreamID,
        _ session: Handle<HTTP2Session>
    ) {
        guard let trailers = modelSessions[session].trailers(of: stream) else { return }
        exchanges[exchange].noteGRPCStatus(in: trailers)
    }

    /// Passes body bytes on; the model gets credit for as many, unless nobody wants more.
    private mutating func receive(
        _ bytes: Span<UInt8>,
        isLast: Bool,
        of stream: StreamID,
        _ session: Handle<HTTP2Session>
    ) {
        guard let exchange = modelSessions[session].current else { return }
        exchanges[exchange].modelStream.uncredited += bytes.count
        let isTunnel = exchanges[exchange].isTunnel
        pass(bytes, isLast: isLast && !isTunnel, to: exchange)
        if isTunnel, isLast, exchanges.contains(exchange) { deliver(.upstreamEnded, to: exchange) }
        guard exchanges.contains(exchange), exchanges[exchange].modelStream.id == stream else {
            return
        }
        creditModel(exchange)
    }

    /// Lets the model send as much again as has been passed on.
    mutating func creditModel(_ exchange: Handle<Exchange>) {
        let count = exchanges[exchange].modelStream.uncredited
        let link = exchanges[exchange].model
        guard count > 0, !exchanges[exchange].modelStream.isPaused,
            let stream = exchanges[exchange].modelStream.id, upstreams.contains(link),
            let session = upstreams[link].http2
        else { return }
        exchanges[exchange].modelStream.uncredited = 0
        modelSessions[session].engine.credit(
            count,
            on: stream,
            to: &upstreams[link].outbox.bytes
        )
        markDirty(link)
    }

    private static func failure(of code: HTTP2ErrorCode, isByPeer: Bool) -> AttemptFailure {
        if case .refusedStream = code { return .refusedStream }
        return isByPeer ? .reset : .malformedResponse
    }

    /// The connection is of no more use; whoever is on it learns why.
    mutating func loseModel(
        _ handle: Handle<UpstreamConnection>,
        _ session: Handle<HTTP2Session>,
        _ failure: AttemptFailure
    ) {
        pool.unshare(handle)
        var waiting: [Handle<Exchange>] = []
        swap(&waiting, &modelSessions[session].waiting)
        for exchange in waiting where exchanges.contains(exchange) {
            turnAway(exchange, from: handle, failure)
        }
        for exchange in modelSessions[session].exchanges where exchanges.contains(exchange) {
            deliver(.upstreamFailed(failure), to: exchange)
        }
        if upstreams.contains(handle) { closeUpstream(handle) }
    }

    /// Whoever waited for a connection that has failed: a model that hung up on HTTP/2 is asked in
    /// HTTP/1.1, where that is left open.
    private mutating func turnAway(
        _ exchange: Handle<Exchange>,
        from handle: Handle<UpstreamConnection>,
        _ failure: AttemptFailure
    ) {
        guard exchanges[exchange].model == handle else { return }
        exchanges[exchange].link = 0
        guard upstreams.contains(handle), upstreams[handle].phase == .multiplexed,
            exchanges[exchange].mayAskInHTTP1
        else { return deliver(.upstreamFailed(failure), to: exchange) }
        upstreams[handle].upstream.noteHTTP1(of: upstreams[handle].pool.endpoint)
        connect(exchange)
    }

    /// Closes a connection that may carry no other stream, once the last one is over.
    private mutating func closeIfOver(
        _ handle: Handle<UpstreamConnection>,
        _ session: Handle<HTTP2Session>
    ) {
        if modelSessions[session].engine.isOver, upstreams.contains(handle) {
            closeUpstream(handle)
        }
    }
}
