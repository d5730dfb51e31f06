import Base
import Config
import Policy
import Reactor
import Telemetry
import Wire

/// One endpoint: its address, its breaker, its health, and what it works on.
struct EndpointState: Sendable {
    let name: Address
    var address: SocketAddress?
    var breaker: CircuitBreaker
    var health: HealthMonitor
    var inFlight = 0

    /// One that `predecessor` knew before keeps what is known of it.
    init(_ name: Address, _ config: UpstreamConfig, like predecessor: EndpointState?, now: Instant)
    {
        self.name = name
        address = predecessor?.address ?? SocketAddress(name)
        breaker = predecessor?.breaker ?? CircuitBreaker(config.breaker)
        health = predecessor?.health ?? HealthMonitor(.init(config.health), now: now)
        // Probes under way report to the predecessor and would never be heard of here.
        breaker.abandonProbes()
        breaker.update(config.breaker)
        health.update(.init(config.health))
    }

    /// Whether the model behind it is up, as far as is known.
    var isLoaded: Bool { health.state != .loading }
}

/// What decides for one upstream; plain values, guarded by the mutex of `Upstream`.
struct UpstreamState: Sendable {
    var admission: AdmissionQueue
    var budget: RetryBudget
    var endpoints: [EndpointState]
    /// Whether each endpoint has been looked at once since the start.
    var isChecked = false
    /// Refusals of shadow admission that the metrics show already.
    var shownShadowRefusals: UInt64 = 0
    private var balancer: LoadBalancer
    private var candidates: [LoadBalancer.Candidate] = []
    private let queueTimeout: Nanoseconds

    /// By endpoint: where its breaker's moves show.
    private let metrics: [EndpointMetrics]

    init(
        _ config: UpstreamConfig,
        _ metrics: [EndpointMetrics],
        inheriting predecessors: [EndpointState],
        now: Instant
    ) {
        self.metrics = metrics
        admission = AdmissionQueue(config.admission)
        budget = RetryBudget(ratio: config.retry.budgetRatio, floor: config.retry.budgetFloor)
        queueTimeout = config.admission.queueTimeout
        endpoints = config.endpoints.map { name in
            EndpointState(name, config, like: predecessors.first { $0.name == name }, now: now)
        }
        isChecked = !endpoints.isEmpty && endpoints.allSatisfy(\.health.hasEvidence)
        balancer = LoadBalancer(
            config.balance,
            identities: config.endpoints.map { address in
                let name = Array(address.description.utf8)
                return LoadBalancer.hash(name.span, 0..<name.count)
            }
        )
        candidates.reserveCapacity(endpoints.count)
    }

    mutating func request(
        _ inquiry: Upstream.Inquiry,
        now: Instant,
        random: inout RandomSource
    ) -> Upstream.Decision {
        if let decision = unavailability(now: now) { return decision }
        switch admission.request(
            inquiry.ticket,
            priority: inquiry.priority,
            deadline: inquiry.deadline,
            now: now
        ) {
        case .granted:
            switch choose(key: inquiry.key, avoiding: nil, now: now, random: &random) {
            case .success(let grant):
                return .granted(grant)
            case .failure(let refusal):
                // Nobody can be waiting: the slot was free.
                _ = admission.release(serviceTime: nil, now: now)
                return .refused(refusal)
            }
        case .queued:
            return .queued
        case .refused(.queueFull(let retryAfter)):
            return .refused(.init(reason: .queueFull, retryAfter: retryAfter))
        case .refused(.deadlineUnreachable):
            return .refused(.init(reason: .deadlineExceeded, retryAfter: nil))
        }
    }

    mutating func choose(
        key: UInt64,
        avoiding: Int?,
        now: Instant,
        random: inout RandomSource
    ) -> Result<Upstream.Grant, Upstream.Refusal> {
        var candidates: [LoadBalancer.Candidate] = []
        swap(&candidates, &self.candidates)
        defer {
            candidates.removeAll(keepingCapacity: true)
            swap(&candidates, &self.candidates)
        }
        // By index: an endpoint is too large to be copied for a look at it.
        for index in endpoints.indices {
            let isAvailable =
                endpoints[index].isLoaded && endpoints[index].breaker.mayAdmit(now: now)
                && (index != avoiding || endpoints.count == 1)
            let inFlight = endpoints[index].inFlight
            candidates.append(.init(inFlight: inFlight, isAvailable: isAvailable))
        }
        var earliest: Instant?
        while let index = balancer.choose(candidates.span, key: key, random: &random) {
            let before = endpoints[index].breaker.state
            let admission = endpoints[index].breaker.admit(now: now, random: &random)
            noteBreaker(index, before: before)
            switch admission {
            case .rejected(let retryAt):
                candidates[index].isAvailable = false
                earliest = min(earliest ?? retryAt, retryAt)
            case .admitted, .probe:
                endpoints[index].inFlight += 1
                return .success(.init(endpoint: index, admission: admission))
            }
        }
        if avoiding != nil, endpoints.count > 1 {
            return choose(key: key, avoiding: nil, now: now, random: &random)
        }
        return .failure(refusal(earliest: earliest, now: now))
    }

    mutating func end(
        _ grant: Upstream.Grant,
        _ ending: Upstream.Ending,
        now: Instant,
        random: inout RandomSource
    ) {
        let others = endpoints.indices.contains { index in
            index != grant.endpoint && endpoints[index].breaker.mayAdmit(now: now)
        }
        endpoints[grant.endpoint].inFlight -= 1
        let before = endpoints[grant.endpoint].breaker.state
        _ = endpoints[grant.endpoint].breaker.record(
            ending.outcome,
            isSlow: ending.isSlow,
            admission: grant.admission,
            mayOpenByRate: endpoints.count == 1 || others,
            now: now,
            random: &random
        )
        noteBreaker(grant.endpoint, before: before)
        if ending.isConnectRefused {
            endpoints[grant.endpoint].health.connectRefused(now: now)
        } else if ending.outcome == .success {
            endpoints[grant.endpoint].health.requestSucceeded(now: now)
        } else if ending.is5xx {
            endpoints[grant.endpoint].health.requestFailed(
                matchesFaultPattern: ending.matchesFaultPattern,
                now: now
            )
        }
    }

    /// Shows in the metrics that a breaker has moved.
    func noteBreaker(_ endpoint: Int, before: CircuitBreaker.State) {
        let after = endpoints[endpoint].breaker.state
        if before == after { return }
        switch after {
        case .closed: metrics[endpoint].breakerMoved(to: .closed)
        case .open: metrics[endpoint].breakerMoved(to: .open)
        case .halfOpen: metrics[endpoint].breakerMoved(to: .halfOpen)
        }
    }

    /// Empties the queue when every endpoint has become unavailable.
    mutating func turnAwayIfHopeless(_ consequences: inout Upstream.Consequences, now: Instant) {
        guard admission.depth > 0, unavailability(now: now) != nil else { return }
        admission.drainAll(into: &consequences.turnedAway)
    }

    /// Why nothing can be sent now, or `nil` when some endpoint may take a request.
    func unavailability(now: Instant) -> Upstream.Decision? {
        if !isChecked { return .notYet }
        var earliest: Instant?
        var loaded = 0
        for index in endpoints.indices where endpoints[index].isLoaded {
            loaded += 1
            if endpoints[index].breaker.mayAdmit(now: now) { return nil }
            if case .open(let until) = endpoints[index].breaker.state {
                earliest = min(earliest ?? until, until)
            }
        }
        if loaded == 0 {
            let soonest = endpoints.compactMap { $0.health.expectedReadyIn(now: now) }.min()
            if let soonest, soonest <= queueTimeout { return .notYet }
        }
        return .refused(refusal(earliest: earliest, now: now))
    }

    private func refusal(earliest: Instant?, now: Instant) -> Upstream.Refusal {
        let loaded = endpoints.count { $0.isLoaded }
        if loaded == 0 { return .init(reason: .starting, retryAfter: .seconds(5)) }
        if loaded < endpoints.count {
            return .init(reason: .noHealthyEndpoint, retryAfter: .seconds(1))
        }
        return .init(reason: .breakerOpen, retryAfter: earliest?.since(now) ?? .seconds(1))
    }
}

extension HealthMonitor.Settings {
    /// What the configuration says about judging; how to ask is the prober's.
    init(_ config: HealthConfig) {
        self.init()
        interval = config.interval
        unhealthyAfter = config.unhealthyAfter
        healthyAfter = config.healthyAfter
        stalledAfter = config.stalledAfter
    }
}
