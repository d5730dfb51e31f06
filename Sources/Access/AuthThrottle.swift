package import Base
import Synchronization

/// Bad credentials from one address: after a burst they are answered with a wait.
///
/// Touched by all workers, under one lock, and only for requests that are refused anyway: good
/// credentials always pass. Bounded: addresses beyond the bound share one allowance.
package final class AuthThrottle: Sendable {
    package struct Settings: Sendable {
        /// Bad credentials before the first wait.
        package var burst: UInt64 = 20
        /// One more is forgiven after so long.
        package var interval = Nanoseconds.seconds(3)
        /// Addresses that are kept apart.
        package var addresses = 4_096

        package init() {}
    }

    private struct State {
        /// For each address, when all that it did is forgiven.
        var forgiven: [UInt128: Instant] = [:]
        var forgivenOthers = Instant(nanoseconds: 0)
        var swept = Instant(nanoseconds: 0)
    }

    private let settings: Settings
    private let state = Mutex(State())

    package init(_ settings: Settings = Settings()) {
        self.settings = settings
    }

    /// Counts a bad credential; the wait that the client is told, or `nil` for none yet.
    ///
    /// `address` is IPv6, or IPv4 mapped into it; of IPv6 the first 64 bits count, which is what
    /// one host can choose its address from.
    package func failed(_ address: UInt128, now: Instant) -> Nanoseconds? {
        let place = Self.isIPv4(address) ? address : (address >> 64) << 64
        return state.withLock { state in
            if let forgiven = state.forgiven[place] {
                let (next, wait) = count(forgiven, now)
                state.forgiven[place] = next
                return wait
            }
            if state.forgiven.count >= settings.addresses { sweep(&state, now) }
            guard state.forgiven.count < settings.addresses else {
                let (next, wait) = count(state.forgivenOthers, now)
                state.forgivenOthers = next
                return wait
            }
            let (next, wait) = count(now, now)
            state.forgiven[place] = next
            return wait
        }
    }

    /// Takes one count back: what was counted has turned out to be good.
    package func forgive(_ address: UInt128, now: Instant) {
        let place = Self.isIPv4(address) ? address : (address >> 64) << 64
        state.withLock { state in
            guard let forgiven = state.forgiven[place] else { return }
            let debt = forgiven.since(now)
            state.forgiven[place] =
                debt > settings.interval ? now.advanced(by: debt - settings.interval) : now
        }
    }

    /// Addresses that are remembered now.
    package var count: Int { state.withLock { $0.forgiven.count } }

    private func count(_ forgiven: Instant, _ now: Instant) -> (Instant, Nanoseconds?) {
        let next = max(forgiven, now).advanced(by: settings.interval)
        let (whole, overflow) = settings.interval.count
            .multipliedReportingOverflow(by: settings.burst)
        let allowance = Nanoseconds(overflow ? .max : whole)
        let debt = next.since(now)
        guard debt > allowance else { return (next, nil) }
        // What is refused adds no debt, or a client that tries on would wait for ever.
        return (forgiven, debt - allowance)
    }

    /// Forgets whom everything is forgiven; at most once a second, since it looks at all.
    private func sweep(_ state: inout State, _ now: Instant) {
        guard now.since(state.swept) >= .seconds(1) else { return }
        state.swept = now
        state.forgiven = state.forgiven.filter { $0.value > now }
    }

    private static func isIPv4(_ address: UInt128) -> Bool {
        address >> 32 == 0xffff
    }
}
