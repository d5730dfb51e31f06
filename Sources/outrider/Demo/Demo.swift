import Base
import Config
import Reactor
import Synchronization

/// A whole demonstration: sample models, their sidecars and a gateway, and their orderly end.
///
/// Owned by the first thread; the tour, if there is one, runs on a thread of its own so that
/// signals are heard at any time.
struct Demo: ~Copyable {
    private let signals: Signals
    private let scratch: ScratchDirectory
    private let paint: Paint
    private let begun = Clock.now()
    private let ensemble: Ensemble

    /// How long a sidecar may take to drain before it is ended without asking.
    private static let patienceMilliseconds = 30_000

    /// Starts everything.
    init(environment: [String: String]) throws(SystemError) {
        paint = Paint.standardOutput(environment: environment)
        // Before any thread: the mask is inherited.
        let signals = try Signals()
        var scratch = try ScratchDirectory(environment: environment)
        ensemble = try Ensemble.start(in: &scratch, environment: environment)
        self.signals = signals
        self.scratch = scratch
    }

    /// Makes the tour by itself, then ends.
    consuming func runOnce() -> ExitStatus {
        Terminal.write(heading("the tour, by itself"))
        for line in ensemble.summary { Terminal.write("  \(paint.faint(line))\n") }
        Terminal.write("\n")
        let tour = Tour(ensemble: ensemble, paint: paint, begun: begun)
        let result = TourResult()
        do throws(SystemError) {
            _ = try Thread.spawn("tour") { result.set(tour.run()) }
        } catch {
            Terminal.complain("cannot start a thread: \(error)")
            result.set(false)
        }
        var isStopped = false
        while result.value == nil, !isStopped {
            isStopped = hearsStop(forMilliseconds: 50)
        }
        let isEnded = end()
        let isGood = result.value == true && isEnded
        let time = Tour.seconds(Clock.now().since(begun))
        let verdict = isGood ? paint.good("every step ok") : paint.bad("not every step went well")
        Terminal.write("\n\(verdict), in \(time)\n")
        return isGood ? .done : .failed
    }

    /// Shows what to try and serves until it is told to end.
    consuming func run() -> ExitStatus {
        Terminal.write(heading("a demonstration"))
        var isGood = waitUntilServing()
        if isGood {
            let program = CommandLine.arguments.first ?? "outrider"
            let guide = Guide(places: .init(ensemble), program: program, paint: paint)
            let more = paint.faint("Access logs and configurations are in \(scratch.path)")
            let stop = paint.strong("Ctrl-C drains and ends everything.")
            Terminal.write("\(guide.text)\n\(more)\n\(stop)\n")
            isGood = serve()
            Terminal.write("\ndraining...\n")
        }
        let isEnded = end()
        if isEnded { Terminal.write("The gateway and all sidecars are gone.\n") }
        return isGood && isEnded ? .done : .failed
    }

    private func heading(_ what: String) -> String {
        paint.strong("Outrider \(Product.version): \(what)") + "\n\n"
    }

    /// `false` when a process ended, or nothing was ready in time, or a signal said to stop.
    private func waitUntilServing() -> Bool {
        let tour = Tour(ensemble: ensemble, paint: paint, begun: begun)
        let deadline = Deadline(inMilliseconds: 15_000)
        while !hasLost() {
            let isReady = ensemble.admins.allSatisfy { tour.readiness(at: $0)?.status == 200 }
            if isReady { return true }
            if hearsStop(forMilliseconds: 20) { return false }
            guard deadline.remaining > 0 else {
                Terminal.complain("not everything is ready after 15 s")
                return false
            }
        }
        return false
    }

    /// Until a signal; `false` when a process ended before.
    private func serve() -> Bool {
        while !hearsStop(forMilliseconds: 500) {
            if hasLost() { return false }
        }
        return true
    }

    /// Whether a process ended that nobody ended; says which.
    private func hasLost() -> Bool {
        for process in ensemble.processes {
            guard let ending = process.poll() else { continue }
            Terminal.complain("\(process.name) ended: \(ending)")
            for line in process.complaints.split(separator: "\n") { Terminal.complain("  \(line)") }
            return true
        }
        return false
    }

    /// Drains everything and waits until it is gone; `true` when all of it ended well.
    ///
    /// A signal meanwhile makes it sudden, as a second one does to a sidecar alone.
    private func end() -> Bool {
        let deadline = Deadline(inMilliseconds: Demo.patienceMilliseconds)
        let processes = ensemble.processes
        for process in processes { process.terminate() }
        while processes.contains(where: { $0.poll() == nil }) {
            if hearsStop(forMilliseconds: 10) || deadline.remaining == 0 {
                for process in processes { process.kill() }
                for process in processes { _ = process.wait(by: Deadline(inMilliseconds: 2_000)) }
            }
        }
        return processes.allSatisfy { $0.poll() == .exited(0) }
    }

    /// Waits so long for a signal that ends the process.
    private func hearsStop(forMilliseconds span: Int32) -> Bool {
        Readiness.wait(for: signals.descriptor, milliseconds: span)
        while let signal = signals.next() {
            switch signal {
            // A terminal that goes away sends SIGHUP.
            case .stop, .reload: return true
            case .dump: continue
            }
        }
        return false
    }
}

/// What the tour's thread tells the first thread, once.
private final class TourResult: Sendable {
    private let result = Mutex<Bool?>(nil)

    var value: Bool? { result.withLock { $0 } }

    func set(_ isGood: Bool) {
        result.withLock { $0 = isGood }
    }
}
