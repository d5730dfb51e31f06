import Base
import Policy

/// A breaker with its clock and its chance, and no jitter unless asked for.
///
/// A class, so that its calls can stand inside `#expect`.
final class BreakerBench {
    private(set) var breaker: CircuitBreaker
    private var random: RandomSource

    init(seed: UInt64 = 1, _ change: (inout CircuitBreaker.Settings) -> Void = { _ in }) {
        var settings = CircuitBreaker.Settings()
        settings.jitter = 0
        settings.rampUp = .zero
        change(&settings)
        breaker = CircuitBreaker(settings)
        random = RandomSource(seed: seed)
    }

    func admit(at seconds: Double) -> CircuitBreaker.Admission {
        breaker.admit(now: .second(seconds), random: &random)
    }

    /// Ends requests that were admitted while it was closed, or the one of `admission`.
    @discardableResult func report(
        _ outcome: CircuitBreaker.Outcome,
        times: Int = 1,
        isSlow: Bool = false,
        of admission: CircuitBreaker.Admission = .admitted,
        mayOpenByRate: Bool = true,
        at seconds: Double
    ) -> Bool {
        var isChanged = false
        for _ in 0..<times {
            isChanged = breaker.record(
                outcome,
                isSlow: isSlow,
                admission: admission,
                mayOpenByRate: mayOpenByRate,
                now: .second(seconds),
                random: &random
            )
        }
        return isChanged
    }

    func answered(_ admission: CircuitBreaker.Admission, at seconds: Double) -> Bool {
        breaker.probeAnswered(admission, now: .second(seconds))
    }

    func release(_ admission: CircuitBreaker.Admission) {
        breaker.releaseProbe(admission)
    }

    func update(_ change: (inout CircuitBreaker.Settings) -> Void) {
        var settings = breaker.settings
        change(&settings)
        breaker.update(settings)
    }
}
