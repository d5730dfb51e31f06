package import Base
import Crypto
import Synchronization

/// The key set of one issuer as it is now, and when it was last asked for.
///
/// Written by the control loop, which fetches; read by every worker. Both take the lock for a
/// copy only. A set that could not be refreshed stays: stale keys are better than none.
package final class KeySetCell: Sendable {
    /// Between two fetches for keys that tokens name and nobody knows.
    package static let refreshInterval = Nanoseconds.seconds(30)
    /// After this a set is fetched again, while the old one goes on serving.
    package static let staleAfter = Nanoseconds.seconds(300)

    private struct State {
        var set: JWKSet?
        var digest: [UInt8] = []
        var fetched: Instant?
        var attempted: Instant?
    }

    private let state: Mutex<State>
    private let changes = Atomic<UInt64>(0)

    package init(_ set: JWKSet? = nil) {
        state = Mutex(State(set: set))
    }

    /// The set; `nil` before the first one has arrived.
    package var current: JWKSet? {
        state.withLock { $0.set }
    }

    /// How often the set has become another one.
    package var revision: UInt64 { changes.load(ordering: .acquiring) }

    /// Takes over a set that was fetched; a text that is refused changes nothing.
    package func publish(_ text: Span<UInt8>, now: Instant) throws(JWKSet.Failure) {
        let set = try JWKSet.parse(text)
        let digest = Digest.sha256(text)
        let isNew = state.withLock { state in
            state.fetched = now
            guard state.digest != digest else { return false }
            state.set = set
            state.digest = digest
            return true
        }
        if isNew { changes.add(1, ordering: .releasing) }
    }

    /// Whether a fetch may begin for a key that is unknown; if so, it counts as begun.
    package func mayRefresh(now: Instant) -> Bool {
        state.withLock { state in
            if let last = state.attempted, now.since(last) < Self.refreshInterval { return false }
            state.attempted = now
            return true
        }
    }

    /// Whether the set is missing or so old that it should be fetched again.
    package func isStale(now: Instant) -> Bool {
        state.withLock { state in
            state.fetched.map { now.since($0) >= Self.staleAfter } ?? true
        }
    }

    /// How old the set is; `nil` before the first one has arrived.
    package func age(now: Instant) -> Nanoseconds? {
        state.withLock { $0.fetched.map { now.since($0) } }
    }
}
