import Base
import Config
import Policy
package import Reactor
import Wire

/// One thread of the data path: its poller, its connections, and the exchanges on them.
///
/// A value passed `inout`, so its parts are disjoint and cost no exclusivity checks. Nothing of
/// it is `Sendable`; other threads speak to it through its mailbox alone.
package struct Worker: ~Copyable {
    /// Tables that a handle can belong to; the kind stands in epoll's data word.
    enum Kind {
        static let listener: UInt8 = 1
        static let downstream: UInt8 = 2
        static let upstream: UInt8 = 3
        static let exchange: UInt8 = 4
        static let mailbox: UInt8 = 5
        static let sweep: UInt8 = 6
        static let session: UInt8 = 7
    }

    /// What a worker is made of, gathered by the server.
    package struct Parts: Sendable {
        package var index: UInt16
        package var snapshot: Snapshot
        package var lifecycle: Lifecycle
        package var mailbox: Mailbox<WorkerMessage>
        /// Mailboxes of all workers, by index, for grants that belong elsewhere.
        package var peers: [Mailbox<WorkerMessage>]
        package var log: LogSink?
        /// Where it asks about credentials.
        package var lookUps: Mailbox<LookUpQuestion>
        package var seed: UInt64

        package init(
            index: UInt16,
            snapshot: Snapshot,
            lifecycle: Lifecycle,
            mailbox: Mailbox<WorkerMessage>,
            peers: [Mailbox<WorkerMessage>],
            log: LogSink?,
            lookUps: Mailbox<LookUpQuestion>,
            seed: UInt64
        ) {
            self.index = index
            self.snapshot = snapshot
            self.lifecycle = lifecycle
            self.mailbox = mailbox
            self.peers = peers
            self.log = log
            self.lookUps = lookUps
            self.seed = seed
        }
    }

    var poller: Poller
    var timers: TimerWheel
    var now: Instant
    let lifecycle: Lifecycle
    let mailbox: Mailbox<WorkerMessage>
    let peers: [Mailbox<WorkerMessage>]
    let log: LogSink?
    let lookUps: Mailbox<LookUpQuestion>
    var context: ExchangeContext

    var listeners: Slots<ListeningPort>
    var downstreams: Slots<DownstreamConnection>
    var upstreams: Slots<UpstreamConnection>
    var exchanges: Slots<Exchange>
    /// Of the connections that speak HTTP/2, on either side.
    var clientSessions: Slots<HTTP2Session>
    var modelSessions: Slots<HTTP2Session>
    var pool: ConnectionPool
    var pipes: PipePool
    var buffers = BufferPool(capacity: 256, largestKept: 128 << 10)

    /// Where every read lands first.
    let input = IOBuffer()
    /// Where what was sealed lands; here only once a connection is over TLS.
    var plain: IOBuffer?
    /// When handshakes with endpoints that fail are worth another line.
    var complainAt = Instant(nanoseconds: 0)
    /// The exchange into which the next head is read; nobody's until that is complete.
    var draft: Handle<Exchange>?
    /// Payload of chunked bodies, gathered per read.
    var payload = ByteBuffer()
    /// Where a head is written before it becomes a field block.
    private var scratch = ByteBuffer()
    /// Lines of the access log, handed over once a turn.
    var logLines = ByteBuffer()
    /// Connections with something to send at the end of the dispatch.
    var dirty = WorkList()
    /// Connections to look at again this turn, after every other ready one.
    var again: [UInt64] = []
    var due: [UInt64] = []
    var messages: [WorkerMessage] = []
    /// `Date` fields, made once a second.
    var date = DateField()
    /// What the wall clock is ahead of the monotonic one; looked at once a second.
    var wallOffset: UInt64 = 0
    private var wallIsKnownUntil = Instant(nanoseconds: 0)
    let sweep: TimerID
    var isSweeping = false
    /// When the thread ends even if some client has not taken all of its answer.
    var stopAt: Instant?

    /// Makes a worker that listens to nothing yet.
    package static func make(_ parts: Parts) throws(SystemError) -> Worker {
        let poller = try Poller()
        try poller.addLevel(parts.mailbox.descriptor, data: UInt64(Kind.mailbox) << 24)
        return Worker(parts, poller)
    }

    private init(_ parts: Parts, _ poller: consuming Poller) {
        self.poller = poller
        now = Clock.now()
        timers = TimerWheel(now: now)
        lifecycle = parts.lifecycle
        mailbox = parts.mailbox
        peers = parts.peers
        log = parts.log
        lookUps = parts.lookUps
        context = ExchangeContext(
            snapshot: parts.snapshot,
            worker: parts.index,
            seed: parts.seed
        )
        let connections = parts.snapshot.config.limits.connections
        listeners = Slots(kind: Kind.listener, capacity: 64)
        downstreams = Slots(kind: Kind.downstream, capacity: connections + 64)
        upstreams = Slots(kind: Kind.upstream, capacity: connections + 1_024)
        pool = ConnectionPool(capacity: connections + 1_024)
        // One more than connections: the draft.
        exchanges = Slots(kind: Kind.exchange, capacity: connections + 65)
        clientSessions = Slots(kind: Kind.session, capacity: connections + 64)
        modelSessions = Slots(kind: Kind.session, capacity: connections + 1_024)
        pipes = PipePool(
            capacity: Self.pipes(
                within: Descriptors.limit(),
                connections: connections,
                upstream: parts.snapshot.upstreams.reduce(0) { $0 + $1.config.maxConnections },
                workers: parts.peers.count
            )
        )
        sweep = timers.makeTimer(data: UInt64(Kind.sweep) << 24)
    }

    /// Turns until it is told to stop: I/O first, then what was put off, then timers.
    package mutating func run() {
        while !isStopped {
            turn()
        }
        for handle in downstreams.handles() { closeDownstream(handle) }
    }

    /// Told to stop, and every answer taken, or its client too slow.
    private var isStopped: Bool {
        guard let stopAt else { return false }
        return stopAt <= now || !downstreams.handles().contains { !downstreams[$0].outbox.isEmpty }
    }

    private mutating func turn() {
        let next = min(timers.nextDeadline ?? .distantFuture, stopAt ?? .distantFuture)
        let wait = next == .distantFuture ? nil : next.since(now)
        let timeout = again.isEmpty ? wait : .zero
        let count = poller.wait(timeout: timeout)
        now = Clock.now()
        if wallIsKnownUntil <= now {
            wallOffset = Clock.wall() &- now.nanoseconds
            wallIsKnownUntil = now.advanced(by: .seconds(1))
        }
        // Models first: a pooled connection that has ended, or said what nobody asked for, must not
        // be given to a request that stands before it in the same batch.
        var others = 0
        for index in 0..<count {
            let event = poller.event(index)
            guard event.kind == Kind.upstream else {
                others += 1
                continue
            }
            upstreamReady(Handle(bits: event.data), event)
            settle()
        }
        var index = 0
        while others > 0 {
            let event = poller.event(index)
            index += 1
            if event.kind == Kind.upstream { continue }
            others -= 1
            dispatch(event)
            settle()
        }
        lookAgain()
        runTimers()
        handOverLog()
    }

    private mutating func dispatch(_ event: Poller.Event) {
        switch event.kind {
        case Kind.downstream: downstreamReady(Handle(bits: event.data), event)
        case Kind.listener: accept(Handle(bits: event.data))
        default: readMessages()
        }
    }

    /// What one dispatch leaves to do: sends what gathered, tells others what concerns them.
    mutating func settle() {
        while !dirty.isEmpty || !context.consequences.isEmpty {
            flushDirty()
            if !context.consequences.isEmpty { postConsequences() }
        }
    }

    /// Serves the connections that were put off, each once, so that none starves the others.
    private mutating func lookAgain() {
        guard !again.isEmpty else { return }
        var listed: [UInt64] = []
        swap(&listed, &again)
        for bits in listed {
            if UInt8(truncatingIfNeeded: bits >> 24) == Kind.downstream {
                resumeDownstream(Handle(bits: bits))
            } else {
                resumeUpstream(Handle(bits: bits))
            }
            settle()
        }
        if again.isEmpty {
            listed.removeAll(keepingCapacity: true)
            swap(&listed, &again)
        }
    }

    private mutating func runTimers() {
        timers.advance(to: now, due: &due)
        guard !due.isEmpty else { return }
        var fired: [UInt64] = []
        swap(&fired, &due)
        for bits in fired {
            switch UInt8(truncatingIfNeeded: bits >> 24) {
            case Kind.sweep: sweepPool()
            case Kind.listener: resume(Handle(bits: bits))
            case Kind.exchange: streamTimer(Handle(bits: bits))
            default: downstreamTimer(Handle(bits: bits))
            }
            settle()
        }
        fired.removeAll(keepingCapacity: true)
        swap(&fired, &due)
    }

    /// An empty buffer to write a head to, to be given back.
    mutating func takeScratch() -> ByteBuffer {
        var taken = ByteBuffer()
        swap(&taken, &scratch)
        return taken
    }

    /// Keeps the memory of `used` for the next head.
    mutating func giveScratch(_ used: inout ByteBuffer) {
        used.clear()
        swap(&used, &scratch)
    }

    private mutating func handOverLog() {
        guard !logLines.isEmpty else { return }
        if let log { log.write(&logLines) } else { logLines.clear() }
    }

    private mutating func flushDirty() {
        var index = 0
        while index < dirty.count {
            let bits = dirty[index]
            index += 1
            if UInt8(truncatingIfNeeded: bits >> 24) == Kind.downstream {
                flushDownstream(Handle(bits: bits))
            } else {
                flushUpstream(Handle(bits: bits))
            }
        }
        dirty.removeAll()
    }
}

extension Poller.Event {
    /// Which table the handle in its word belongs to.
    fileprivate var kind: UInt8 { UInt8(truncatingIfNeeded: data >> 24) }
}
