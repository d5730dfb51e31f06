import Base
import Policy
import Reactor
import Wire

/// Large bodies that nobody looks at: they move in the kernel, and exchanges are told the same as
/// if their bytes had been here.
///
/// What is watched, framed anew or kept is copied as ever: chunks, event streams, failures, held
/// and inspected requests. So is everything where no pipe can be had.
extension Worker {
    /// Below this, two calls more cost what the copies do.
    static let splicedLeast: UInt64 = 16 << 10
    /// What one connection moves before the others have their turn.
    static let splicedMost = 1 << 20
    /// Pipes of a worker, idle ones included: 16 MiB of the kernel's memory at most.
    static let pipesMost = 64

    /// Descriptors that no connection is promised: those of all pipes, and where descriptors are
    /// few, one in 32 of them.
    static func descriptorsOfPipes(within descriptors: Int, workers: Int) -> Int {
        min(2 * pipesMost * workers, descriptors / 32)
    }

    /// How many pipes each worker may have: two descriptors each, of those promised to nobody.
    static func pipes(
        within descriptors: Int,
        connections: Int,
        upstream: Int,
        workers: Int
    ) -> Int {
        let spare = descriptors - 64 - connections - min(connections, upstream)
        return max(0, min(pipesMost, spare / 2 / max(1, workers)))
    }

    /// Moves what the model sent to its client; `false` when that is to be copied.
    mutating func spliceAnswer(_ handle: Handle<UpstreamConnection>) -> Bool {
        guard let exchange = upstreams[handle].exchange,
            upstreams[handle].inbox.leftover.isEmpty, !upstreams[handle].outbox.holdsTLS,
            exchanges[exchange].givesUnseen
        else { return false }
        let isTunnel = upstreams[handle].phase == .tunnel
        let port = exchanges[exchange].client
        guard let limit = upstreams[handle].inbox.spliceLimit(isTunnel: isTunnel),
            downstreams[port].outbox.takesPipe, let pipe = pipes.take()
        else { return false }
        downstreams[port].outbox.pipe = consume pipe
        let spliced = downstreams[port].splice(from: upstreams[handle].socket, atMost: limit)
        reclaimPipe(port)
        if downstreams[port].outbox.missesRoom { hearOfRoom(port) }
        if isRefused(spliced) { return false }
        upstreams[handle].inbox.isBulk = spliced.count >= Self.splicedLeast
        passed(spliced, to: exchange, from: handle)
        return true
    }

    /// Moves what the client sent to its model; `false` when that is to be copied.
    mutating func spliceRequest(_ handle: Handle<DownstreamConnection>) -> Bool {
        guard let exchange = downstreams[handle].exchange,
            downstreams[handle].inbox.leftover.isEmpty, !downstreams[handle].outbox.holdsTLS,
            exchanges[exchange].takesUnseen
        else { return false }
        let isTunnel = downstreams[handle].phase == .tunnel
        let link = exchanges[exchange].model
        guard let limit = downstreams[handle].inbox.spliceLimit(isTunnel: isTunnel),
            upstreams.contains(link), upstreams[link].outbox.takesPipe, let pipe = pipes.take()
        else { return false }
        upstreams[link].outbox.pipe = consume pipe
        let spliced = upstreams[link].splice(from: downstreams[handle].socket, atMost: limit)
        reclaimPipe(link)
        if upstreams[link].outbox.missesRoom { hearOfRoom(link) }
        if isRefused(spliced) { return false }
        downstreams[handle].inbox.isBulk = spliced.count >= Self.splicedLeast
        passed(spliced, to: exchange, from: handle)
        return true
    }

    /// Whether the kernel does not splice; then nothing has moved, and nothing ever will.
    private mutating func isRefused(_ spliced: Spliced) -> Bool {
        guard spliced.count == 0, case .failed(let error) = spliced.end, error.isUnsupported else {
            return false
        }
        pipes.retire()
        return true
    }

    private mutating func passed(
        _ spliced: Spliced,
        to exchange: Handle<Exchange>,
        from handle: Handle<UpstreamConnection>
    ) {
        upstreams[handle].inbox.isReadable = spliced.end == nil
        if spliced.count > 0 {
            noteProgress(handle)
            let isTunnel = upstreams[handle].phase == .tunnel
            if !isTunnel { upstreams[handle].inbox.decoder.pass(spliced.count) }
            let isLast = !isTunnel && upstreams[handle].inbox.decoder.isComplete
            if isLast { lookBehindAnswer(handle) }
            deliver(.responseBody(count: spliced.count, isLast: isLast), to: exchange)
            guard upstreams.contains(handle), !isLast else { return }
        }
        switch spliced.end {
        case .none, .transferred:
            lookAgain(handle)
        case .wouldBlock:
            break
        case .ended:
            upstreams[handle].inbox.sawEnd = true
            modelEnded(handle)
        case .failed:
            broken(handle, .reset)
        }
    }

    /// What stands behind an answer belongs to none: the connection gets no other request.
    private mutating func lookBehindAnswer(_ handle: Handle<UpstreamConnection>) {
        upstreams[handle].inbox.isReadable = false
        if upstreams[handle].socket.peek() != .wouldBlock { upstreams[handle].isKeptAlive = false }
    }

    private mutating func passed(
        _ spliced: Spliced,
        to exchange: Handle<Exchange>,
        from handle: Handle<DownstreamConnection>
    ) {
        downstreams[handle].inbox.isReadable = spliced.end == nil
        if spliced.count > 0 {
            exchanges[exchange].noteSent(now)
            let isTunnel = downstreams[handle].phase == .tunnel
            if !isTunnel { downstreams[handle].inbox.decoder.pass(spliced.count) }
            let isLast = !isTunnel && downstreams[handle].inbox.decoder.isComplete
            if isLast { downstreams[handle].phase = .waiting }
            deliver(.requestBody(count: spliced.count, isLast: isLast), to: exchange)
            guard downstreams.contains(handle) else { return }
        }
        switch spliced.end {
        case .none, .transferred:
            // Behind a body that is complete, the next request or an end may wait.
            lookAgain(handle)
        case .wouldBlock:
            break
        case .ended:
            clientEnded(handle)
        case .failed:
            lost(handle)
        }
    }

    /// Offers the kernel what waits in a client's pipe; yields what it took.
    mutating func flushPipe(_ handle: Handle<DownstreamConnection>) -> Int {
        let sent = downstreams[handle].drainPipe()
        reclaimPipe(handle)
        // A pipe holds more than other buffers do: whoever is emptying it is not idle.
        if sent > 0, let exchange = downstreams[handle].exchange {
            exchanges[exchange].noteTaken(now)
        }
        return sent
    }

    /// Offers the kernel what waits in a model's pipe; yields what it took.
    mutating func flushPipe(_ handle: Handle<UpstreamConnection>) -> Int {
        let sent = upstreams[handle].drainPipe()
        reclaimPipe(handle)
        if sent > 0, let exchange = upstreams[handle].exchange {
            exchanges[exchange].noteTaken(now)
        }
        return sent
    }

    private mutating func reclaimPipe(_ handle: Handle<DownstreamConnection>) {
        guard downstreams[handle].outbox.isPipeIdle else { return }
        pipes.give(&downstreams[handle].outbox.pipe)
        startSweeping()
    }

    private mutating func reclaimPipe(_ handle: Handle<UpstreamConnection>) {
        guard upstreams[handle].outbox.isPipeIdle else { return }
        pipes.give(&upstreams[handle].outbox.pipe)
        startSweeping()
    }
}

extension Inbox {
    /// How many bytes may move unseen at once; `nil` when that is not worth a pipe.
    ///
    /// A declared rest is worth it when it is large, an open end while much comes at once.
    fileprivate mutating func spliceLimit(isTunnel: Bool) -> Int? {
        let passable = isTunnel ? UInt64.max : decoder.passable
        let isWorthwhile = passable == .max ? isBulk : passable >= Worker.splicedLeast
        return isWorthwhile ? Int(min(passable, UInt64(Worker.splicedMost))) : nil
    }
}

extension DownstreamConnection {
    /// Moves bytes of the answer through the outbox's pipe.
    mutating func splice(from source: borrowing Socket, atMost limit: Int) -> Spliced {
        outbox.splice(from: source, to: socket, atMost: limit)
    }

    mutating func drainPipe() -> Int { outbox.drainPipe(into: socket) }
}

extension UpstreamConnection {
    /// Moves bytes of the request through the outbox's pipe.
    mutating func splice(from source: borrowing Socket, atMost limit: Int) -> Spliced {
        outbox.splice(from: source, to: socket, atMost: limit)
    }

    mutating func drainPipe() -> Int { outbox.drainPipe(into: socket) }
}

extension Exchange {
    /// Whether bytes of the answer only pass: none is kept or looked at.
    fileprivate var givesUnseen: Bool {
        guard answer == .streaming, response.status < 500, clientStream.id == nil else {
            return false
        }
        return attempt == .tunnelling || !response.isEventStream
    }

    /// Whether bytes of the request only pass: a connection has what came before, and none of
    /// them is watched.
    fileprivate var takesUnseen: Bool {
        switch attempt {
        case .uploading, .answering, .tunnelling: passage.watch == nil && modelStream.id == nil
        default: false
        }
    }
}
