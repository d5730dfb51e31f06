import Base
import Policy
import Synchronization
import Telemetry

/// What the control loop tells health, and reads of it; under the upstream's mutex.
extension UpstreamState {
    /// An active check of `endpoint` has ended.
    mutating func checked(_ endpoint: Int, _ outcome: CheckScript.Outcome, now: Instant) {
        endpoints[endpoint].isUnsecured = false
        switch outcome {
        case .alive:
            endpoints[endpoint].health.checkSucceeded(now: now)
        case .loading(let evidence):
            fail(endpoint, evidence, isRefused: false, isLoading: true, now)
        case .failed(let evidence):
            fail(endpoint, evidence, isRefused: false, isLoading: false, now)
        case .refused:
            fail(endpoint, "connection refused", isRefused: true, isLoading: false, now)
        case .unsecured(let evidence):
            endpoints[endpoint].isUnsecured = true
            // Before it was ever reached, that is why it is not up.
            let isLoading = !endpoints[endpoint].isLoaded
            fail(endpoint, evidence, isRefused: false, isLoading: isLoading, now)
        case .timedOut:
            fail(endpoint, "no answer in time", isRefused: false, isLoading: false, now)
        }
        isChecked = endpoints.allSatisfy(\.health.hasEvidence)
    }

    private mutating func fail(
        _ endpoint: Int,
        _ evidence: String,
        isRefused: Bool,
        isLoading: Bool,
        _ now: Instant
    ) {
        endpoints[endpoint].health.checkFailed(
            evidence,
            isRefused: isRefused,
            isLoading: isLoading,
            now: now
        )
    }

    /// Tells every monitor of breaker, load and drain, and lets it look at the time.
    mutating func refreshHealth(isDraining: Bool, now: Instant) {
        let isAtLimit = admission.inFlight >= admission.settings.concurrency
        for index in endpoints.indices {
            let inFlight = endpoints[index].inFlight
            let openSince = endpoints[index].breaker.openSince
            endpoints[index].health.inFlight(
                inFlight,
                limit: isAtLimit ? max(1, inFlight) : .max,
                now: now
            )
            endpoints[index].health.drain(isDraining, now: now)
            // Looks at the time, too.
            endpoints[index].health.breaker(openSince: openSince, now: now)
        }
        shownState = state
    }

    /// The state of the upstream as a whole: that of its best endpoint.
    var state: HealthState {
        let states = endpoints.map(\.health.state)
        let byWorth: [HealthState] = [.draining, .ready, .busy, .loading, .stalled, .faulted]
        return byWorth.first { states.contains($0) } ?? .loading
    }
}

extension Upstream {
    /// Brings the metrics up to what is known.
    func showHealth() {
        let (state, depth, inFlight, refusals) = self.state.withLock { state in
            let refusals = state.admission.wouldHaveRefused - state.shownShadowRefusals
            state.shownShadowRefusals += refusals
            return (state.state, state.admission.depth, state.endpoints.map(\.inFlight), refusals)
        }
        if refusals > 0 { metrics.shadowRefusals.add(refusals) }
        metrics.healthState.set(HealthState.allCases.firstIndex(of: state) ?? 0)
        metrics.queueDepth.set(depth)
        for (cells, count) in zip(endpointMetrics, inFlight) { cells.inFlight.set(count) }
    }
}
