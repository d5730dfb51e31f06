import Base
import Reactor
import Synchronization

/// Clients that keep a sidecar busy while it drains, and what became of their requests.
///
/// Each is a thread; they share the tally under its lock, and two flags whose order with it does
/// not matter.
final class Crowd: Sendable {
    /// What became of them.
    struct Tally: Sendable {
        /// The streams that came whole.
        var streams: [TourAnswer] = []
        /// Requests answered by the model after the drain had begun.
        var served = 0
        /// Requests that were refused because the sidecar drains, and that no model saw.
        var refused = 0
        /// Everything else.
        var losses: [String] = []
    }

    /// What the sidecar says, and what the gateway does once it has heard that often enough.
    private static let wordsOfDrain = ["draining", "breaker_open", "no_healthy_endpoint"]

    private let tally = Mutex(Tally())
    private let begun = Atomic<Int>(0)
    private let running = Atomic<Int>(0)
    private let isDraining = Atomic<Bool>(false)
    private let isStopped = Atomic<Bool>(false)

    /// Streams that have had their first event.
    var streamsBegun: Int { begun.load(ordering: .relaxed) }

    /// The first thing that went wrong.
    var firstLoss: String? { tally.withLock { $0.losses.first } }

    /// Adds a client that reads one stream to its end.
    func addStream(_ request: TourRequest) throws(TourFailure) {
        try run { [self] in
            var isFirst = true
            do throws(TourFailure) {
                let answer = try request.send {
                    if isFirst { begun.add(1, ordering: .relaxed) }
                    isFirst = false
                }
                guard answer.status == 200 else { return lose(answer.summary) }
                tally.withLock { $0.streams.append(answer) }
            } catch {
                lose(error.message)
            }
        }
    }

    /// Adds a client that asks again and again until it is told to stop.
    func addVisitor(_ request: TourRequest) throws(TourFailure) {
        try run { [self] in
            while !isStopped.load(ordering: .relaxed) {
                let isLate = isDraining.load(ordering: .relaxed)
                do throws(TourFailure) {
                    count(try request.send(), isLate: isLate)
                } catch {
                    lose(error.message)
                }
                Pause.sleep(.milliseconds(25))
            }
        }
    }

    /// From now on, who is served is served in spite of the drain.
    func drainHasBegun() {
        isDraining.store(true, ordering: .relaxed)
    }

    /// Tells the visitors to stop.
    func stop() {
        isStopped.store(true, ordering: .relaxed)
    }

    /// Stops, waits until every client is done, and tells what became of them.
    func finish() -> Tally {
        stop()
        let deadline = Deadline(inMilliseconds: 25_000)
        while running.load(ordering: .acquiring) > 0, deadline.remaining > 0 {
            deadline.sleep(milliseconds: 10)
        }
        return tally.withLock { $0 }
    }

    private func run(_ body: @escaping @Sendable () -> Void) throws(TourFailure) {
        running.add(1, ordering: .relaxed)
        do throws(SystemError) {
            _ = try Thread.spawn("visitor") { [self] in
                body()
                running.subtract(1, ordering: .releasing)
            }
        } catch {
            running.subtract(1, ordering: .relaxed)
            throw TourFailure("a thread: \(error)")
        }
    }

    private func count(_ answer: TourAnswer, isLate: Bool) {
        if answer.status == 200 {
            if isLate { tally.withLock { $0.served += 1 } }
        } else if isLate, Crowd.wordsOfDrain.contains(where: { answer.isRefused($0) }) {
            tally.withLock { $0.refused += 1 }
        } else {
            lose(answer.summary)
        }
    }

    private func lose(_ what: String) {
        tally.withLock { $0.losses.append(what) }
    }
}
