import Base
import Config
import Policy
import Reactor
import Telemetry

/// The main thread of a sidecar: starts it, watches the model, answers the admin port, ends it.
///
/// It carries no request. What it owns it owns alone; workers hear from it through their
/// mailboxes, and upstreams through the mutex that guards what decides.
package struct ControlLoop: ~Copyable {
    /// After so many beats the start is over.
    private static let settlingBeats = 64
    /// How often time alone is looked at: workers' refusals of connections show up by then.
    static let beat = Nanoseconds.milliseconds(250)

    var settings: ControlSettings
    let signals: Signals
    var reactor: ControlReactor
    var server: ProxyServer
    var prober = HealthProber()
    var lookUps = LookUpDesk()
    /// When certificates are looked at again that will expire.
    var certificatesAt = Instant(nanoseconds: 0)
    var nameWatch = NameWatch()
    var admin: AdminServer?
    var watch: FileWatch?
    var drain = DrainPhase.serving
    /// A signal said that the process ends with the drain.
    var isExiting = false
    var ending: ControlEnding?
    /// Since when no request has been there, while a drain waits for that.
    var idleSince: Instant?
    /// When requests that outlived the drain were told to end.
    var abandonedAt: Instant?
    let startedAt: Instant
    var lastReload: StatusReport.Reload?
    /// The model has been ready once, whatever a reload has made of its endpoints.
    var hasStarted = false
    /// Beats since the start.
    private var beats = 0
    let pulses: [WorkerPulse]
    let connectionLimit: Int
    private let beatTimer: TimerID
    let drainTimer: TimerID

    /// Runs a sidecar until it is told to end; says why it could not on standard error.
    package static func run(_ settings: consuming ControlSettings) -> ControlEnding {
        do throws(StartFailure) {
            var loop = try start(consume settings)
            return loop.run()
        } catch {
            Complaint.write(error.message)
            return error.ending
        }
    }

    init(
        _ settings: ControlSettings,
        signals: consuming Signals,
        reactor: consuming ControlReactor,
        server: consuming ProxyServer,
        admin: consuming AdminServer?
    ) {
        self.settings = settings
        self.signals = signals
        self.reactor = reactor
        self.admin = admin
        startedAt = self.reactor.now
        connectionLimit = settings.loaded.config.server.limits.connections
        pulses = (0..<server.workerCount).map { _ in WorkerPulse() }
        self.server = server
        beatTimer = self.reactor.timers.makeTimer(
            data: ControlReactor.word(ControlReactor.Kind.beat)
        )
        drainTimer = self.reactor.timers.makeTimer(
            data: ControlReactor.word(ControlReactor.Kind.drain)
        )
    }

    private mutating func run() -> ControlEnding {
        server.cells.process.configGeneration.set(Int(clamping: server.snapshot.generation))
        followSnapshot()
        beatNow()
        var due: [UInt64] = []
        while ending == nil {
            let count = reactor.wait()
            for index in 0..<count { dispatch(reactor.poller.event(index)) }
            reactor.takeDue(into: &due)
            for word in due { fire(word) }
            due.removeAll(keepingCapacity: true)
            tellWatchers()
        }
        if ending == .drained {
            answerWaiting()
            server.stop()
        }
        return ending ?? .failed
    }

    private mutating func dispatch(_ event: Poller.Event) {
        switch ControlReactor.kind(event.data) {
        case ControlReactor.Kind.signals: takeSignals()
        case ControlReactor.Kind.watch: lookAtFiles()
        case ControlReactor.Kind.resolutions: takeResolutions()
        case ControlReactor.Kind.probe: prober.ready(event.data, event, &reactor)
        case ControlReactor.Kind.lookUps: takeLookUps()
        case ControlReactor.Kind.fetch: reply(lookUps.ready(event, &reactor))
        case ControlReactor.Kind.adminListener: admin?.accept(&reactor)
        case ControlReactor.Kind.adminConnection: serveAdmin(event)
        default: break
        }
    }

    private mutating func fire(_ word: UInt64) {
        switch ControlReactor.kind(word) {
        case ControlReactor.Kind.beat:
            beatNow()
            settle()
        case ControlReactor.Kind.drain: advanceDrain()
        case ControlReactor.Kind.probe: prober.timer(word, &reactor)
        case ControlReactor.Kind.fetch: reply(lookUps.timer(word, &reactor))
        case ControlReactor.Kind.adminConnection:
            // Who has waited for a drain so long wants one.
            if admin?.timer(word, &reactor) == true { beginDrain() }
        default: break
        }
    }

    /// The start is over: what only it needed need not stay in memory.
    private mutating func settle() {
        guard beats < Self.settlingBeats else { return }
        beats += 1
        // At 1/4, 1/2, 1, 2 … 16 s: what is used on is back after one of them, the rest is not.
        guard beats.nonzeroBitCount == 1 else { return }
        ProgramPages.forgetStart()
    }

    private mutating func beatNow() {
        prober.refresh(&reactor)
        if prober.hasQueues { server.post(.press) }
        admin?.resume(reactor)
        reply(lookUps.refresh(&reactor))
        nameWatch.refresh(&reactor)
        server.lifecycle.rotateTickets(now: reactor.now)
        warnOfCertificates()
        for (index, pulse) in pulses.enumerated() where pulse.ask(now: reactor.now) {
            server.post(.ping(pulse), to: index)
        }
        // Some file systems tell nothing of their changes.
        lookAtFiles()
        reactor.timers.schedule(beatTimer, at: reactor.now.advanced(by: Self.beat))
    }

    private mutating func takeSignals() {
        while let signal = signals.next() {
            switch signal {
            case .stop: stopSignal()
            case .reload: reload()
            case .dump: dumpRecorder()
            }
        }
    }

    private func dumpRecorder() {
        var output = ByteBuffer()
        server.lifecycle.recorder.appendListing(server.snapshot.names, to: &output)
        // Nobody could be told that standard error cannot be written.
        try? LogFile.standardError().append(output)
    }
}
