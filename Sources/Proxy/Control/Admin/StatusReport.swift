import Base
import Config
import Policy

/// Everything that the pages of the admin port show, at one moment.
struct StatusReport: Sendable {
    struct Endpoint: Sendable {
        var name: String
        var state: HealthState
        var since: Instant
        var isReady: Bool
        var isAlive: Bool
        var hasBeenReady: Bool
        var expectedReadyIn: Nanoseconds?
        var breaker: CircuitBreaker.State
        var failuresInARow: Int
        var breakerOpenSince: Instant?
        var inFlight: Int
        /// What the sidecar there last said that it had in flight and waiting.
        var reportedLoad: Int?
        /// Whether it wants new work, as far as it has said.
        var isWilling = true
        /// What the last check found wrong.
        var complaint: String?
        var history: [HealthChange]

        /// What was last seen, by a check or when the state changed.
        var evidence: String {
            let change = history.last?.evidence ?? "nothing is known yet"
            switch state {
            case .loading, .ready, .busy: return complaint ?? change
            // Why it is so says more than that checks fail meanwhile.
            case .stalled, .faulted, .draining: return change
            }
        }
        var isBreakerOpen: Bool { breaker != .closed }
    }

    struct Upstream: Sendable {
        var name: String
        var engine: String
        var state: HealthState
        var endpoints: [Endpoint]
        var inFlight: Int
        var concurrency: Int
        var depth: Int
        var queue: Int
        var serviceTime: Nanoseconds
        var retriesInFlight: Int
        var retryLimit: Int
        var breakerFailsReadiness: Bool
        /// Requests that have ended since the process started.
        var requests = 0
        /// Those of them that ended with a status of 500 or above, or with no answer at all.
        var errors = 0
    }

    /// How the last attempt to reload went.
    struct Reload: Sendable {
        var at: Instant
        /// Empty when it worked.
        var problems: [String]
    }

    var service: String
    var modelVersion: String
    var productVersion: String
    var now: Instant
    /// Nanoseconds since 1970 at `now`.
    var wall: UInt64
    var startedAt: Instant
    var isTurning: Bool
    var hasStarted: Bool
    var drain: DrainPhase
    var generation: UInt64
    var lastReload: Reload?
    var requests: Int
    var connections: Int
    var connectionLimit: Int
    var bufferedBytes: Int
    /// The model first, then what lies behind outbound listeners.
    var upstreams: [Upstream]
    /// There in a gateway, which has no model of its own.
    var gateway: GatewayReport?
    /// What is shown to others.
    var certificates: [ShownCertificate] = []
}

/// What follows from it.
extension StatusReport {
    /// One line of `/readyz?verbose`; `problem` is `nil` when all is well.
    struct Check: Hashable {
        var name: String
        var problem: String?
        /// Worth saying, but no reason to turn requests away.
        var warning: String?
    }

    /// The model's own upstream.
    var model: Upstream? { upstreams.first }

    /// The state as told to the world.
    var state: HealthState {
        if drain.isDraining { return .draining }
        return gateway == nil ? model?.state ?? .loading : .ready
    }

    /// When the state last changed.
    var since: Instant {
        model?.endpoints.filter { $0.state == state }.map(\.since).min()
            ?? model?.endpoints.map(\.since).max() ?? startedAt
    }

    /// What readiness consists of.
    var checks: [Check] {
        let own = [
            Check(name: "workers", problem: isTurning ? nil : "an event loop does not turn"),
            Check(name: "drain", problem: drain.isDraining ? "draining" : nil),
        ]
        // A gateway whose services are all down still answers best itself.
        if let gateway {
            let services = Check(name: "services", warning: gateway.warning)
            return own + [services, configCheck] + certificateChecks
        }
        return own + [modelCheck, breakerCheck, configCheck] + certificateChecks
    }

    private var certificateChecks: [Check] {
        guard !certificates.isEmpty else { return [] }
        let seconds = Int(clamping: wall / 1_000_000_000)
        let warnings = certificates.compactMap { $0.warning(unixSeconds: seconds) }
        let text = warnings.isEmpty ? nil : warnings.joined(separator: "; ")
        return [Check(name: "certificates", warning: text)]
    }

    var isReady: Bool { checks.allSatisfy { $0.problem == nil } }

    /// Whether the model's own liveness probe may pass: some endpoint does not need a restart.
    var isModelAlive: Bool { model?.endpoints.contains(where: \.isAlive) ?? true }

    private var modelCheck: Check {
        let endpoints = model?.endpoints ?? []
        guard !drain.isDraining else { return Check(name: "model") }
        let failing = endpoints.filter { !$0.isReady }
        let texts = failing.map { "\($0.name) \($0.state.rawValue): \($0.evidence)" }
        let text = texts.joined(separator: "; ")
        if failing.count == endpoints.count { return Check(name: "model", problem: text) }
        return Check(name: "model", warning: failing.isEmpty ? nil : text)
    }

    private var breakerCheck: Check {
        let endpoints = model?.endpoints ?? []
        let open = endpoints.filter(\.isBreakerOpen).map(\.name)
        guard !open.isEmpty else { return Check(name: "breaker") }
        let text = "open for " + open.joined(separator: ", ")
        let isFatal = model?.breakerFailsReadiness == true && open.count == endpoints.count
        return isFatal
            ? Check(name: "breaker", problem: text) : Check(name: "breaker", warning: text)
    }

    private var configCheck: Check {
        let problems = lastReload?.problems ?? []
        let text = problems.isEmpty ? nil : "the last reload failed: \(problems[0])"
        return Check(name: "config", warning: text)
    }

    /// A point of the monotonic clock in nanoseconds since 1970.
    func wall(_ instant: Instant) -> UInt64 {
        instant <= now
            ? wall - min(wall, now.since(instant).count) : wall &+ instant.since(now).count
    }
}
