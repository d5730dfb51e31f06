package import Base
import Policy

/// What decisions need besides the exchange itself; one per worker.
///
/// Holds no descriptor and no clock, so a test makes one and replays any schedule.
package struct ExchangeContext: ~Copyable {
    /// In force for requests that begin now.
    package var snapshot: Snapshot
    package var random: RandomSource
    /// Marks the tickets of this worker.
    package let worker: UInt16
    /// New requests are refused: the drain has announced itself long enough.
    package var isRefusing = false
    /// Answers say `Connection: close`: a drain has begun.
    package var isDraining = false
    /// What other requests are to be told because of what this one did; the worker posts it.
    package var consequences: [(Upstream, Upstream.Consequences)] = []

    package init(snapshot: Snapshot, worker: UInt16, seed: UInt64) {
        self.snapshot = snapshot
        self.worker = worker
        random = RandomSource(seed: seed)
    }

    /// Keeps what `upstream` says others must be told, if anything.
    mutating func note(_ upstream: Upstream, _ consequences: Upstream.Consequences) {
        if consequences.granted == nil && consequences.turnedAway.isEmpty { return }
        self.consequences.append((upstream, consequences))
    }
}
