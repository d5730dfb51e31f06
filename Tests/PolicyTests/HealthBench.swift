import Base
import Policy

/// A monitor and its clock; a class, so that its calls can stand inside `#expect`.
final class HealthBench {
    private(set) var monitor: HealthMonitor

    init(_ change: (inout HealthMonitor.Settings) -> Void = { _ in }) {
        var settings = HealthMonitor.Settings()
        change(&settings)
        monitor = HealthMonitor(settings, now: .second(0))
    }

    /// A monitor of a model found ready at second 0.
    static func ready(
        _ change: (inout HealthMonitor.Settings) -> Void = { _ in }
    ) -> HealthBench {
        let bench = HealthBench(change)
        bench.check(.good, at: 0)
        return bench
    }

    enum Check {
        case good
        case bad
        case refused
        case loading
    }

    func check(_ result: Check, at seconds: Double) {
        let now = Instant.second(seconds)
        monitor.checkStarted()
        switch result {
        case .good: monitor.checkSucceeded(now: now)
        case .bad: fail("no answer in 2 s", now: now)
        case .refused: fail("connection refused", isRefused: true, now: now)
        case .loading: fail("503 while loading", isLoading: true, now: now)
        }
    }

    private func fail(
        _ evidence: String,
        isRefused: Bool = false,
        isLoading: Bool = false,
        now: Instant
    ) {
        monitor.checkFailed(evidence, isRefused: isRefused, isLoading: isLoading, now: now)
    }

    func startCheck() { monitor.checkStarted() }
    func bytes(at seconds: Double) { monitor.bytesReceived(now: .second(seconds)) }
    func succeed(at seconds: Double) { monitor.requestSucceeded(now: .second(seconds)) }
    func refuse(at seconds: Double) { monitor.connectRefused(now: .second(seconds)) }
    func tick(at seconds: Double) { monitor.tick(now: .second(seconds)) }
    func drain(_ isDraining: Bool, at seconds: Double) {
        monitor.drain(isDraining, now: .second(seconds))
    }

    func fault(matches: Bool = true, at seconds: Double) {
        monitor.requestFailed(matchesFaultPattern: matches, now: .second(seconds))
    }

    func inFlight(_ count: Int, limit: Int = 64, at seconds: Double) {
        monitor.inFlight(count, limit: limit, now: .second(seconds))
    }

    func breaker(openSince: Double?, at seconds: Double) {
        monitor.breaker(openSince: openSince.map { .second($0) }, now: .second(seconds))
    }

    /// One request in flight and silent since `start`, its three checks failed.
    func stall(from start: Double) {
        inFlight(1, at: start)
        for round in 1...3 { check(.bad, at: start + 20 * Double(round)) }
    }

    func isLive(at seconds: Double) -> Bool { monitor.upstreamLivez(now: .second(seconds)) }
    func expectedReady(at seconds: Double) -> Nanoseconds? {
        monitor.expectedReadyIn(now: .second(seconds))
    }
    var state: HealthState { monitor.state }
}
