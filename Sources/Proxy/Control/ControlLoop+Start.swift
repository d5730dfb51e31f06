import Base
import Config
import Reactor

/// Why a sidecar could not start, and the exit status that says so.
struct StartFailure: Error {
    var ending: ControlEnding
    var message: String

    init(_ ending: ControlEnding, _ message: String) {
        self.ending = ending
        self.message = message
    }
}

/// From settings to a process that serves.
extension ControlLoop {
    /// Binds and starts everything, or nothing.
    static func start(_ settings: consuming ControlSettings) throws(StartFailure) -> ControlLoop {
        var settings = settings
        clampConnections(&settings.loaded.config)
        // Before any thread: they inherit the mask.
        let signals = try system("signals") { () throws(SystemError) in try Signals() }
        let reactor = try system("polling") { () throws(SystemError) in try ControlReactor() }
        var server = try system("workers") { () throws(SystemError) in
            try ProxyServer(settings.loaded.config)
        }
        // Before the threads start, which would lay their tables into what is given back.
        settings.loaded.settle()
        ProgramMemory.giveBack()
        let admin = try bindAdmin(settings.loaded.config.server.admin)
        do throws(ProxyServer.Failure) {
            try server.start()
        } catch {
            let ending: ControlEnding = error.isOfConfiguration ? .unusable : .failed
            throw StartFailure(ending, error.description)
        }
        var loop = ControlLoop(
            settings,
            signals: signals,
            reactor: reactor,
            server: server,
            admin: admin
        )
        loop.admin?.tls = loop.server.snapshot.config.adminTLS
        loop.listenToSystem()
        for address in loop.server.boundAddresses { Complaint.write("listening on \(address)") }
        if let address = loop.admin?.boundAddress { Complaint.write("admin on \(address)") }
        return loop
    }

    private mutating func listenToSystem() {
        do throws(SystemError) {
            try reactor.poller.addLevel(
                signals.descriptor,
                data: ControlReactor.word(ControlReactor.Kind.signals)
            )
            try reactor.poller.addLevel(
                server.lookUps.descriptor,
                data: ControlReactor.word(ControlReactor.Kind.lookUps)
            )
            try admin?.serve(reactor)
        } catch {
            Complaint.write("signals, workers and admin port are not heard: \(error)")
        }
        watchFiles()
    }

    /// Watches the files of the configuration in force; those of the one before no more.
    mutating func watchFiles() {
        guard !settings.loaded.files.isEmpty else { return }
        do throws(SystemError) {
            let watch = try FileWatch(paths: settings.loaded.files)
            try reactor.poller.addLevel(
                watch.descriptor,
                data: ControlReactor.word(ControlReactor.Kind.watch)
            )
            self.watch = consume watch
        } catch {
            Complaint.write("files are not watched, SIGHUP reloads them: \(error)")
        }
    }

    private static func bindAdmin(_ address: Address?) throws(StartFailure) -> AdminServer? {
        guard let address else { return nil }
        do throws(SystemError) {
            return try AdminServer(address)
        } catch {
            throw StartFailure(.unusable, "cannot listen on \(address): \(error)")
        }
    }

    private static func system<Made: ~Copyable>(
        _ what: StaticString,
        _ make: () throws(SystemError) -> Made
    ) throws(StartFailure) -> Made {
        do throws(SystemError) {
            return try make()
        } catch {
            throw StartFailure(.failed, "cannot start: \(what): \(error)")
        }
    }

    /// How many clients there is room for: 64 descriptors are ours, some are for pipes, and each
    /// request needs one to its model, of which there are never more than `upstream`.
    static func connections(within descriptors: Int, upstream: Int, workers: Int) -> Int {
        let pipes = Worker.descriptorsOfPipes(within: descriptors, workers: workers)
        let shared = descriptors - 64 - pipes
        return max(1, shared / 2, shared - upstream)
    }

    static func clampConnections(_ config: inout ProxyConfig) {
        let upstream = config.upstreams.reduce(0) { $0 + $1.maxConnections }
        let workers = config.server.workers == 0 ? CPULimit.workers() : config.server.workers
        let pipes = Worker.descriptorsOfPipes(within: .max, workers: workers)
        let wanted = config.server.limits.connections + upstream + 64 + pipes
        let descriptors = Descriptors.raiseLimit(wanted: wanted)
        let possible = connections(within: descriptors, upstream: upstream, workers: workers)
        guard config.server.limits.connections > possible else { return }
        Complaint.write(
            "limits.connections is \(possible) and not \(config.server.limits.connections): "
                + "this process may open only \(descriptors) files (RLIMIT_NOFILE)"
        )
        config.server.limits.connections = possible
    }
}
