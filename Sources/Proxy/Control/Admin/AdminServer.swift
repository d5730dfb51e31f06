import Base
import Config
import Crypto
import Reactor
import Wire

/// The admin port: its listener and its few connections, served by the control loop.
struct AdminServer: ~Copyable {
    /// Connections at the same time; beyond it an idle one makes room.
    static let connectionLimit = 64
    /// For a whole head to arrive.
    static let headPatience = Nanoseconds.seconds(10)
    /// Between two requests, and for an answer to be taken.
    static let idlePatience = Nanoseconds.seconds(60)
    /// For a drain to begin by itself.
    static let drainPatience = Nanoseconds.seconds(5)
    /// Calls that are told of changes at the same time.
    static let watcherLimit = 64

    private(set) var address: Address
    private var listener: Listener
    /// Out of the poller, because nothing can be accepted.
    private var isPaused = false
    var connections: Slots<AdminConnection>
    private var date = DateField()
    /// What it shows to those who come over TLS; without it nobody does.
    var tls: TLSServer?
    /// Seal sessions; made with the first connection over TLS.
    private var tickets: TicketKeys?

    /// Binds; nothing is served before `serve`.
    init(_ address: Address) throws(SystemError) {
        guard let native = SocketAddress(address) else { throw .notNumeric }
        let listener = try Listener(native, backlog: 128)
        self.address = address
        self.listener = listener
        connections = Slots(
            kind: ControlReactor.Kind.adminConnection,
            capacity: Self.connectionLimit
        )
    }

    /// Where it listens, with the port that the kernel chose.
    var boundAddress: SocketAddress? { listener.boundAddress }

    /// Begins to accept.
    func serve(_ reactor: borrowing ControlReactor) throws(SystemError) {
        try reactor.poller.addLevel(
            listener.descriptor,
            data: ControlReactor.word(ControlReactor.Kind.adminListener)
        )
    }

    /// Listens elsewhere; connections go on.
    ///
    /// On failure nothing has changed.
    mutating func move(
        to address: Address,
        _ reactor: borrowing ControlReactor
    ) throws(SystemError) {
        guard let native = SocketAddress(address) else { throw .notNumeric }
        let fresh = try Listener(native, backlog: 128)
        try reactor.poller.addLevel(
            fresh.descriptor,
            data: ControlReactor.word(ControlReactor.Kind.adminListener)
        )
        listener = fresh
        isPaused = false
        self.address = address
    }

    /// Accepts again after a pause.
    mutating func resume(_ reactor: borrowing ControlReactor) {
        guard isPaused else { return }
        do throws(SystemError) {
            try serve(reactor)
            isPaused = false
        } catch {
            // Tried again with the next beat.
        }
    }

    /// Looks away from a listener that stays readable without anything to be had.
    private mutating func pause(_ reactor: borrowing ControlReactor) {
        do throws(SystemError) {
            try reactor.poller.remove(listener.descriptor)
            isPaused = true
        } catch {
            // It was not watched.
        }
    }

    /// Takes the connections that wait, a bounded number at a time.
    mutating func accept(_ reactor: inout ControlReactor) {
        for _ in 0..<Self.connectionLimit {
            switch listener.accept() {
            case .accepted(let socket, let peer):
                open(socket, peer, &reactor)
            case .outOfDescriptors:
                switch listener.refuseOne(answer: LocalReply.ofSidecar) {
                case .refused: continue
                case .nobody: return
                case .outOfDescriptors: return pause(reactor)
                }
            case .wouldBlock: return
            case .failed: return pause(reactor)
            }
        }
    }

    private mutating func open(
        _ socket: consuming Socket,
        _ peer: SocketAddress,
        _ reactor: inout ControlReactor
    ) {
        if connections.count == Self.connectionLimit { closeIdle(&reactor) }
        let descriptor = socket.descriptor
        let session = session(at: reactor.now)
        switch connections.insert(AdminConnection(socket, peer, session)) {
        case .inserted(let handle):
            let timer = reactor.timers.makeTimer(data: handle.bits)
            connections[handle].timer = timer
            reactor.timers.schedule(timer, at: reactor.now.advanced(by: Self.headPatience))
            do throws(SystemError) {
                try reactor.poller.add(descriptor, data: handle.bits)
            } catch {
                close(handle, &reactor)
            }
        case .full(let connection):
            connection.refuse()
        }
    }

    private mutating func session(at now: Instant) -> TLSSession? {
        guard let tls else { return nil }
        let keys = tickets ?? TicketKeys(now: now)
        keys.rotate(now: now)
        tickets = keys
        return TLSSession(server: tls, tickets: keys, protocols: [.http2, .http1])
    }

    private mutating func closeIdle(_ reactor: inout ControlReactor) {
        for handle in connections.handles() where connections[handle].isIdle {
            return close(handle, &reactor)
        }
    }

    /// Looks at an event; says which connection may have a request now.
    mutating func ready(
        _ word: UInt64,
        _ event: Poller.Event,
        _ reactor: inout ControlReactor
    ) -> Handle<AdminConnection>? {
        let handle = Handle<AdminConnection>(bits: word)
        guard connections.contains(handle) else { return nil }
        // Who waits for the drain and leaves, waits no more.
        let hasLeft = event.isEnded && connections[handle].waitingSince != nil
        if event.isFailed || hasLeft {
            close(handle, &reactor)
            return nil
        }
        if event.isWritable, !flush(handle, &reactor) { return nil }
        return handle
    }

    /// The next whole request of that connection.
    mutating func next(
        _ handle: Handle<AdminConnection>,
        _ reactor: inout ControlReactor
    ) -> AdminQuestion? {
        while connections.contains(handle), connections[handle].isReading {
            let wasIdle = connections[handle].isIdle
            switch connections[handle].next(now: reactor.now) {
            case .asked(let stream, let subject):
                let asker = AdminQuestion.Asker(connection: handle, stream: stream)
                return AdminQuestion(asker: asker, subject: subject)
            case .needsMore:
                _ = flush(handle, &reactor)
                guard connections.contains(handle) else { return nil }
                if wasIdle, !connections[handle].isIdle {
                    expect(handle, within: Self.headPatience, &reactor)
                }
                return nil
            case .refused(let stream, let status):
                answer(
                    AdminQuestion.Asker(connection: handle, stream: stream),
                    .error(status, code: "malformed_request", "The request is not understood."),
                    &reactor
                )
            case .ended:
                close(handle, &reactor)
            }
        }
        return nil
    }

    /// Answers the question that `next` gave.
    mutating func answer(
        _ asker: AdminQuestion.Asker,
        _ answer: consuming AdminAnswer,
        _ reactor: inout ControlReactor
    ) {
        let handle = asker.connection
        guard connections.contains(handle) else { return }
        let date = date.text(wall: Int64(clamping: Clock.wall() / 1_000_000_000))
        connections[handle].answer(asker.stream, answer, date: date)
        settle(handle, &reactor)
    }

    /// Leaves the question that `next` gave unanswered until the drain is over.
    mutating func holdUntilDrained(
        _ asker: AdminQuestion.Asker,
        _ reactor: inout ControlReactor
    ) {
        connections[asker.connection].hold(asker.stream, now: reactor.now)
        expect(asker.connection, within: Self.idlePatience, &reactor)
    }

    /// Those who wait for the drain to end.
    func waiting() -> [AdminQuestion.Asker] {
        connections.handles().flatMap { handle in
            connections[handle].held.map { .init(connection: handle, stream: $0.stream) }
        }
    }

    /// A connection's time is up; `true` when it has waited for a drain long enough to begin one.
    mutating func timer(_ word: UInt64, _ reactor: inout ControlReactor) -> Bool {
        let handle = Handle<AdminConnection>(bits: word)
        guard connections.contains(handle) else { return false }
        switch connections[handle].timeIsUp(now: reactor.now) {
        case .ends: close(handle, &reactor)
        case .staysOn: settle(handle, &reactor)
        case .wantsDrain:
            settle(handle, &reactor)
            return true
        }
        return false
    }

    /// Gives the connection time for what comes next, and sends what it has.
    mutating func settle(
        _ handle: Handle<AdminConnection>,
        _ reactor: inout ControlReactor
    ) {
        expect(handle, within: Self.idlePatience, &reactor)
        _ = flush(handle, &reactor)
    }

    private mutating func expect(
        _ handle: Handle<AdminConnection>,
        within span: Nanoseconds,
        _ reactor: inout ControlReactor
    ) {
        guard let timer = connections[handle].timer else { return }
        let moment = reactor.now.advanced(by: span)
        let drain = connections[handle].drainsAt ?? .distantFuture
        reactor.timers.schedule(timer, at: min(moment, drain))
    }

    /// `false` when the connection is gone then.
    private mutating func flush(
        _ handle: Handle<AdminConnection>,
        _ reactor: inout ControlReactor
    ) -> Bool {
        guard connections[handle].flush() else {
            close(handle, &reactor)
            return false
        }
        if connections[handle].isClosing, !connections[handle].hasOutput {
            connections[handle].endOutput()
            connections[handle].discardInput()
            close(handle, &reactor)
            return false
        }
        return true
    }

    private mutating func close(
        _ handle: Handle<AdminConnection>,
        _ reactor: inout ControlReactor
    ) {
        if let timer = connections[handle].timer { reactor.timers.free(timer) }
        _ = connections.remove(handle)
    }
}
