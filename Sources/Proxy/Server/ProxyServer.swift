import Base
package import Config
package import Reactor
import Synchronization
import Telemetry

/// The data path of one process: its listeners, its workers, and the snapshot they follow.
///
/// Owned by the control loop, which alone starts, reloads, drains and stops it.
package struct ProxyServer: ~Copyable {
    /// Why it could not start; the address is empty when no listener was at fault.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        package let address: String
        package let cause: SystemError

        package var description: String {
            address.isEmpty ? "cannot start: \(cause)" : "cannot listen on \(address): \(cause)"
        }

        /// Whether it is the configuration that cannot be used.
        package var isOfConfiguration: Bool { !address.isEmpty }
    }

    package let lifecycle: Lifecycle
    package let cells: MetricCells
    package private(set) var snapshot: Snapshot
    /// What the names of endpoints stand for now.
    private var names = ResolvedNames()
    private let log: LogSink?
    private let mailboxes: [Mailbox<WorkerMessage>]
    /// Where workers ask about credentials; the control loop answers.
    package let lookUps: Mailbox<LookUpQuestion>
    /// Every thread says here that it has ended.
    private let ended: Mailbox<ThreadKind>
    private var running: [ThreadKind: Int] = [:]
    private var ports: [Snapshot.Way: SocketAddress] = [:]

    /// Prepares everything; `start` binds and serves.
    package init(_ config: ProxyConfig) throws(SystemError) {
        let cells = MetricCells(version: Product.version)
        let count = config.server.workers == 0 ? CPULimit.workers() : config.server.workers
        var mailboxes: [Mailbox<WorkerMessage>] = []
        for _ in 0..<count { mailboxes.append(try Mailbox()) }
        let log = try LogSink(dropped: cells.process.logLinesDropped)
        let lookUps = try Mailbox<LookUpQuestion>()
        ended = try Mailbox()
        self.lookUps = lookUps
        self.cells = cells
        self.mailboxes = mailboxes
        self.log = log
        lifecycle = Lifecycle(
            metrics: cells.process,
            recorder: FlightRecorder(),
            connectionLimit: config.server.limits.connections,
            bufferLimit: config.server.limits.bufferMemory
        )
        snapshot = Snapshot.build(config, after: nil, cells: cells, now: Clock.now())
    }

    /// Binds every listener, then starts the threads: either all of it works or nothing runs.
    package mutating func start() throws(Failure) {
        var listening: [[ListeningPlace]] = Array(repeating: [], count: mailboxes.count)
        for port in snapshot.ports {
            let places = try bind(port)
            for (index, place) in places.enumerated() { listening[index].append(place) }
        }
        do throws(SystemError) {
            try startLog()
            for index in mailboxes.indices { try startWorker(index, listening[index]) }
        } catch {
            throw Failure(address: "", cause: error)
        }
    }

    /// Where clients reach it, ports chosen by the kernel included.
    package var boundAddresses: [SocketAddress] {
        snapshot.ports.compactMap { ports[$0.way] }
    }

    /// Tells every worker.
    package func post(_ message: WorkerMessage) {
        for mailbox in mailboxes { mailbox.post(message) }
    }

    /// Threads that serve connections.
    package var workerCount: Int { mailboxes.count }

    /// Tells one worker.
    package func post(_ message: WorkerMessage, to worker: Int) {
        mailboxes[worker].post(message)
    }

    /// Swaps everything at once; requests in flight keep what they began with.
    ///
    /// Listeners that are new are bound first: when one fails, nothing has changed.
    package mutating func adopt(_ config: ProxyConfig) throws(Failure) {
        let next = Snapshot.build(
            config,
            names: names,
            after: snapshot,
            cells: cells,
            now: Clock.now()
        )
        var added: [[ListeningPlace]] = []
        let before = ports
        do throws(Failure) {
            for port in next.ports where ports[port.way] == nil {
                added.append(try bind(port))
            }
        } catch {
            ports = before
            throw error
        }
        for port in snapshot.ports
        where !next.ports.contains(where: { $0.way == port.way }) {
            ports[port.way] = nil
            post(.unlisten(port.way.address, upstream: port.upstream))
        }
        snapshot = next
        post(.adopt(next))
        for places in added {
            for (index, place) in places.enumerated() { mailboxes[index].post(.listen(place)) }
        }
    }

    /// Follows names of endpoints that stand for other addresses now; all else is as before.
    package mutating func adopt(names: ResolvedNames) {
        self.names = names
        snapshot = snapshot.renamed(names, cells: cells, now: Clock.now())
        post(.adopt(snapshot))
    }

    /// Ends the threads; what is still running is cut.
    package mutating func stop() {
        post(.stop)
        join(.worker)
        log?.close()
        // Whoever reads our log may have stopped; that must not keep the process.
        join(.log, patience: 1_000)
    }

    /// Returns when no thread of that kind runs any more, or none has ended for `patience` ms.
    private mutating func join(_ kind: ThreadKind, patience: Int32 = -1) {
        var told: [ThreadKind] = []
        while running[kind, default: 0] > 0 {
            guard ended.wait(milliseconds: patience) || patience < 0 else { return }
            ended.drain(into: &told)
            for kind in told { running[kind, default: 0] -= 1 }
            told.removeAll()
        }
    }

    /// One listener for each worker: ports are shared by the kernel, unix sockets by descriptor.
    private mutating func bind(_ port: Snapshot.Port) throws(Failure) -> [ListeningPlace] {
        let address = port.way.address
        guard let native = SocketAddress(address) else {
            throw Failure(address: address.description, cause: .notNumeric)
        }
        do throws(SystemError) {
            var places: [ListeningPlace] = []
            let first = try Listener(native)
            ports[port.way] = first.boundAddress ?? native
            for _ in mailboxes.indices.dropFirst() {
                let copy = try first.duplicate()
                places.append(ListeningPlace(copy, address: address, upstream: port.upstream))
            }
            places.append(ListeningPlace(first, address: address, upstream: port.upstream))
            return places
        } catch {
            throw Failure(address: address.description, cause: error)
        }
    }

    private mutating func startLog() throws(SystemError) {
        guard let log else { return }
        let setting = snapshot.config.telemetry.accessLog
        var failure: SystemError?
        var file = LogFile.standardOutput()
        if case .file(let path) = setting {
            do throws(SystemError) { file = try LogFile(path: path) } catch { failure = error }
        }
        if let failure { throw failure }
        let place = LogPlace(file)
        let ended = ended
        _ = try Thread.spawn("log") {
            if let file = place.take() {
                log.run(file) { error in
                    Complaint.write("access log: \(error): lines are dropped until that ends")
                }
            }
            ended.post(.log)
        }
        running[.log, default: 0] += 1
    }

    private mutating func startWorker(
        _ index: Int,
        _ places: [ListeningPlace]
    ) throws(SystemError) {
        let parts = Worker.Parts(
            index: UInt16(index),
            snapshot: snapshot,
            lifecycle: lifecycle,
            mailbox: mailboxes[index],
            peers: mailboxes,
            log: log,
            lookUps: lookUps,
            seed: Random.seed()
        )
        for place in places { mailboxes[index].post(.listen(place)) }
        let ended = ended
        _ = try Thread.spawn("worker-\(index)") {
            do throws(SystemError) {
                var worker = try Worker.make(parts)
                worker.run()
            } catch {
                Complaint.write("worker \(parts.index) cannot start: \(error)")
            }
            ended.post(.worker)
        }
        running[.worker, default: 0] += 1
    }
}

/// The threads that a server starts besides the one that owns it.
private enum ThreadKind: Sendable {
    case worker
    case log
}

/// The log file on its way to the thread that writes it.
private final class LogPlace: Sendable {
    private let file: Mutex<LogFile?>

    init(_ file: consuming sending LogFile) {
        self.file = Mutex(consume file)
    }

    func take() -> LogFile? {
        file.withLock { $0.take() }
    }
}
