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
    /// The last check ended with its TLS.
    var isUnsecured = false
    /// What the sidecar there last said of its load.
    private(set) var report: LoadReport?
    /// What we had in flight there when it said so.
    private(set) var inFlightThen = 0
    /// It said that it wants no new work; looked at again then, whatever it says.
    private var restsUntil: Instant?

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
        restsUntil = predecessor?.restsUntil
    }

    /// Whether the model behind it is up, as far as is known.
    var isLoaded: Bool { health.state != .loading }

    /// What the sidecar there last said that it had in flight and waiting.
    var reportedLoad: Int? { report.map { $0.inFlight + $0.queue } }

    /// Whether it wants new work, as far as it has said.
    func isWilling(now: Instant) -> Bool { restsUntil.map { $0 <= now } ?? true }

    /// Keeps what the sidecar says of itself; one that wants no work is spared for a while.
    mutating func note(_ report: LoadReport, now: Instant) {
        self.report = report
        inFlightThen = inFlight
        restsUntil = report.isWilling ? nil : now.advanced(by: Self.rest)
    }

    /// It refused a request that it had not begun: others are asked first for a while.
    mutating func rest(for span: Nanoseconds, now: Instant) {
        restsUntil = now.advanced(by: min(span, Self.rest))
    }

    /// An answer as it should be, at an endpoint that is up and whose breaker is closed.
    ///
    /// Says whether the breaker moved: one more call may be what a share of failures waited for.
    mutating func endWell(
        _ grant: Upstream.Grant,
        now: Instant,
        _ random: inout RandomSource
    ) -> Bool {
        inFlight -= 1
        health.requestSucceeded(now: now)
        return breaker.record(.success, admission: grant.admission, now: now, random: &random)
    }

    /// Longer than two checks, each of which says how it is.
    private static let rest = Nanoseconds.seconds(15)
}

/// What decides for one upstream; plain values, guarded by the mutex of `Upstream`.
struct UpstreamState: Sendable {
    var admission: AdmissionQueue
    var budget: RetryBudget
    /// All endpoints; whoever may change one makes `isSteady` be found out anew.
    var endpoints: [EndpointState] {
        _read { yield places }
        _modify {
            isSteady = false
            yield &places
        }
    }
    /// What stands behind `endpoints`; changed directly only where that leaves `isSteady` true.
    private var places: [EndpointState]
    /// Every endpoint is up and its breaker closed for good: nothing to be asked before a choice.
    private var isSteady = false
    /// Whether each endpoint has been looked at once since the start.
    var isChecked = false
    /// Until then its names may still be found; `nil` when that is not waited for.
    var resolvedBy: Instant?
    /// The state as it was last looked at, for answers that tell of it.
    var shownState = HealthState.loading {
        didSet { rememberIdleLoad() }
    }
    /// What is said of the load behind the requests in flight while nobody waits.
    var idleLoad = InlineBytes<8>()
    /// Refusals of shadow admission that the metrics show already.
    var shownShadowRefusals: UInt64 = 0
    private var balancer: LoadBalancer
    private var candidates: [LoadBalancer.Candidate] = []
    private let queueTimeout: Nanoseconds
    private let peer: UpstreamConfig.Peer

    /// By endpoint: where its breaker's moves show.
    private let metrics: [EndpointMetrics]

    /// How long requests wait for a name to be found.
    static let namePatience = Nanoseconds.seconds(2)

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
        peer = config.peer
        places = config.endpoints.map { name in
            EndpointState(name, config, like: predecessors.first { $0.name == name }, now: now)
        }
        isChecked = places.allSatisfy(\.health.hasEvidence)
        balancer = LoadBalancer(
            config.balance,
            identities: config.endpoints.map { address in
                let name = Array(address.description.utf8)
                return LoadBalancer.hash(name.span, 0..<name.count)
            }
        )
        candidates.reserveCapacity(places.count)
        rememberIdleLoad()
    }

    mutating func request(
        _ inquiry: Upstream.Inquiry,
        now: Instant,
        random: inout RandomSource
    ) -> Upstream.Decision {
        if !isSteady {
            if let decision = unavailability(now: now) { return decision }
            isSteady = findSteady()
        }
        switch admission.request(
            inquiry.ticket,
            priority: inquiry.priority,
            deadline: inquiry.deadline,
            now: now
        ) {
        case .granted:
            if isSteady, places.count == 1 {
                places[0].inFlight += 1
                return .granted(.init(endpoint: 0, admission: .admitted))
            }
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
        sparing: Bool = true,
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
                endpoints[index].isLoaded && endpoints[index].breaker.admitsFrom <= now
                && (index != avoiding || endpoints.count == 1)
                && (!sparing || isPreferred(index, now: now))
            candidates.append(.init(inFlight: load(of: index), isAvailable: isAvailable))
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
        // Who is spared is better than nobody, and he himself says best what is wrong.
        if sparing, endpoints.indices.contains(where: { !isPreferred($0, now: now) }) {
            return choose(key: key, avoiding: avoiding, sparing: false, now: now, random: &random)
        }
        if avoiding != nil, endpoints.count > 1 {
            return choose(key: key, avoiding: nil, now: now, random: &random)
        }
        return .failure(refusal(earliest: earliest, now: now))
    }

    private func findSteady() -> Bool {
        peer == .model
            && places.indices.allSatisfy { places[$0].isLoaded && places[$0].breaker.isSteady }
    }

    /// Requests at an endpoint: ours, and those of others that the sidecar there has told of.
    ///
    /// Looks at stored properties alone: a computed one would copy the whole endpoint.
    private func load(of index: Int) -> Int {
        let inFlight = endpoints[index].inFlight
        guard peer == .sidecar, let report = endpoints[index].report else { return inFlight }
        let then = endpoints[index].inFlightThen
        return max(inFlight, report.inFlight + report.queue + inFlight - then)
    }

    /// Whether a sidecar wants work and answers its checks; a model has its sidecar to judge that.
    private func isPreferred(_ index: Int, now: Instant) -> Bool {
        guard peer == .sidecar else { return true }
        return endpoints[index].isWilling(now: now) && endpoints[index].health.isReady
    }

    mutating func end(
        _ grant: Upstream.Grant,
        _ ending: Upstream.Ending,
        now: Instant,
        random: inout RandomSource
    ) {
        if isSteady, ending.isPlain {
            guard places[grant.endpoint].endWell(grant, now: now, &random) else { return }
            isSteady = false
            return noteBreaker(grant.endpoint, before: .closed)
        }
        let others = endpoints.indices.contains { index in
            index != grant.endpoint && endpoints[index].breaker.admitsFrom <= now
        }
        endpoints[grant.endpoint].inFlight -= 1
        if let rest = ending.rest { endpoints[grant.endpoint].rest(for: rest, now: now) }
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
    mutating func turnAwayIfHopeless(now: Instant) -> Upstream.Consequences? {
        guard admission.depth > 0, unavailability(now: now) != nil else { return nil }
        var consequences = Upstream.Consequences()
        admission.drainAll(into: &consequences.turnedAway)
        return consequences
    }

    /// Why nothing can be sent now, or `nil` when some endpoint may take a request.
    func unavailability(now: Instant) -> Upstream.Decision? {
        if endpoints.isEmpty, let resolvedBy, now < resolvedBy { return .notYet }
        // One that was found up is enough to begin with.
        if !isChecked, !endpoints.contains(where: \.isLoaded) { return .notYet }
        var earliest: Instant?
        var loaded = 0
        for index in endpoints.indices where endpoints[index].isLoaded {
            loaded += 1
            if endpoints[index].breaker.admitsFrom <= now { return nil }
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
        if loaded == 0 {
            // One that has proved itself would be loaded: waiting mends nothing.
            if !endpoints.isEmpty, endpoints.allSatisfy(\.isUnsecured) {
                return .init(reason: .upstreamTLSFailed, retryAfter: .seconds(5))
            }
            return peer == .model
                ? .init(reason: .starting, retryAfter: .seconds(5))
                : .init(reason: .noHealthyEndpoint, retryAfter: .seconds(1))
        }
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
