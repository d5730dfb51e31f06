package import Base
import Reactor
import Synchronization

/// Whether one worker's loop turns: it is asked now and then and must answer in time.
///
/// The control loop writes when it asked, the worker when it answered; both relaxed, since only
/// how long ago matters.
package final class WorkerPulse: Sendable {
    /// A worker silent for longer is stuck.
    static let patience = Nanoseconds.seconds(5)

    private let asked = Atomic<UInt64>(0)
    private let answered = Atomic<UInt64>(0)

    package init() {}

    /// Says that a question is on its way; `false` while the last one is not answered.
    func ask(now: Instant) -> Bool {
        let last = asked.load(ordering: .relaxed)
        guard answered.load(ordering: .relaxed) >= last else { return false }
        asked.store(now.nanoseconds, ordering: .relaxed)
        return true
    }

    /// The worker turns; says how long the question had to wait.
    package func answer(now: Instant) -> Nanoseconds {
        let last = asked.load(ordering: .relaxed)
        answered.store(max(last, now.nanoseconds), ordering: .relaxed)
        return now.since(Instant(nanoseconds: last))
    }

    /// Whether the last question was answered, or is not too old yet.
    func isAlive(now: Instant) -> Bool {
        let last = asked.load(ordering: .relaxed)
        if answered.load(ordering: .relaxed) >= last { return true }
        return now.since(Instant(nanoseconds: last)) <= Self.patience
    }
}
