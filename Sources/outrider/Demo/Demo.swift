import Base
import Config
import Reactor
import Synchronization

/// A whole demonstration: two sample models, a sidecar before each, and their orderly end.
///
/// Owned by the first thread; the tour, if there is one, runs on a thread of its own so that
/// signals are heard at any time.
struct Demo: ~Copyable {
    private let signals: Signals
    private let scratch: ScratchDirectory
    private let paint: Paint
    private let begun = Clock.now()
    private let sentiment: Escort
    private let chat: Escort

    /// How long a sidecar may take to drain before it is ended without asking.
    private static let patienceMilliseconds = 30_000

    /// Starts everything.
    init(environment: [String: String]) throws(SystemError) {
        paint = Paint.standardOutput(environment: environment)
        // Before any thread: the mask is inherited.
        let signals = try Signals()
        var scratch = try ScratchDirectory(environment: environment)
        let escorts = try Demo.escorts(in: &scratch, environment: environment)
        sentiment = escorts.sentiment
        chat = escorts.chat
        self.signals = signals
        self.scratch = scratch
    }

    /// Makes the tour by itself, then ends.
    consuming func runOnce() -> ExitStatus {
        Terminal.write(heading("the tour, by itself"))
        for escort in [sentiment, chat] { Terminal.write("  \(paint.faint(escort.summary))\n") }
        Terminal.write("\n")
        let tour = Tour(sentiment: sentiment, chat: chat, paint: paint, begun: begun)
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
            let guide = Guide(sentiment: .init(sentiment), chat: .init(chat), paint: paint)
            let more = paint.faint("Access logs and configurations: \(scratch.path)")
            let stop = paint.strong("Ctrl-C drains and ends everything.")
            Terminal.write("\(guide.text)\n\(more)\n\(stop)\n")
            isGood = serve()
            Terminal.write("\ndraining...\n")
        }
        let isEnded = end()
        if isEnded { Terminal.write("Both sidecars are gone.\n") }
        return isGood && isEnded ? .done : .failed
    }

    /// Both or none.
    private static func escorts(
        in scratch: inout ScratchDirectory,
        environment: [String: String]
    ) throws(SystemError) -> (sentiment: Escort, chat: Escort) {
        let sentiment = try Escort.start(
            .sentiment,
            preferring: (traffic: 4000, admin: 4001, model: 4002),
            in: &scratch,
            environment: environment
        )
        do throws(SystemError) {
            let chat = try Escort.start(
                .chat,
                preferring: (traffic: 4010, admin: 4011, model: 4012),
                in: &scratch,
                environment: environment
            )
            return (sentiment, chat)
        } catch {
            sentiment.process.kill()
            _ = sentiment.process.wait(by: Deadline(inMilliseconds: 2_000))
            throw error
        }
    }

    private func heading(_ what: String) -> String {
        paint.strong("Outrider \(Product.version): \(what)") + "\n\n"
    }

    /// `false` when a sidecar ended, or nothing was ready in time, or a signal said to stop.
    private func waitUntilServing() -> Bool {
        let tour = Tour(sentiment: sentiment, chat: chat, paint: paint, begun: begun)
        let deadline = Deadline(inMilliseconds: 15_000)
        while !hasLost() {
            let isReady = [sentiment, chat].allSatisfy { tour.readiness(of: $0)?.status == 200 }
            if isReady { return true }
            if hearsStop(forMilliseconds: 20) { return false }
            guard deadline.remaining > 0 else {
                Terminal.complain("the sidecars are not ready after 15 s")
                return false
            }
        }
        return false
    }

    /// Until a signal; `false` when a sidecar ended before.
    private func serve() -> Bool {
        while !hearsStop(forMilliseconds: 500) {
            if hasLost() { return false }
        }
        return true
    }

    /// Whether a sidecar ended that nobody ended; says which.
    private func hasLost() -> Bool {
        for escort in [sentiment, chat] {
            guard let ending = escort.process.poll() else { continue }
            Terminal.complain("the sidecar of \(escort.name) ended: \(ending)")
            for line in escort.complaints.split(separator: "\n") { Terminal.complain("  \(line)") }
            return true
        }
        return false
    }

    /// Drains both sidecars and waits until they are gone; `true` when both ended well.
    ///
    /// A signal meanwhile makes it sudden, as a second one does to a sidecar alone.
    private func end() -> Bool {
        let deadline = Deadline(inMilliseconds: Demo.patienceMilliseconds)
        let processes = [sentiment.process, chat.process]
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
