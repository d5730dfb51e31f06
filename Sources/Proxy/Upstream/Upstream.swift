package import Base
package import Config
import Crypto
package import Policy
package import Reactor
import Synchronization
package import Telemetry
import Wire

/// A named set of endpoints and the policies that guard it, shared by all workers.
///
/// Everything that decides stands behind one `Mutex`, taken once when a request asks and once
/// when its attempt ends, and never held over I/O: so breakers, budgets and the queue are true
/// for the whole process. Touched by workers (requests), and by the control loop (checks).
package final class Upstream: Sendable {
    /// Name in metrics and logs.
    package let name: ServiceName
    /// Place among the services of the process: 0 is the model's own.
    package let index: Int
    /// Unlike that of every other upstream of the process, earlier configurations' included.
    package let serial: UInt64
    /// Its endpoints are addresses, names having been looked up.
    package let config: UpstreamConfig
    /// Whether its endpoints are sidecars, which tell of themselves.
    let isBeforeSidecars: Bool
    /// What the certificate of each endpoint must say, unless the configuration says otherwise.
    private let hosts: [String]
    /// What may be resumed, by endpoint; empty where no TLS is spoken.
    private let sessions: [TLSSessionCache]
    /// The endpoints as they were configured.
    let places: [Address]
    package let retry: RetryPolicy
    package let metrics: ServerMetrics
    /// By endpoint.
    package let endpointMetrics: [EndpointMetrics]
    /// Name, in lower case, of the header that `consistentHash` looks at.
    package let hashOn: [UInt8]?
    let state: Mutex<UpstreamState>
    /// When the model last sent a byte, in `Instant` nanoseconds; relaxed, only for health.
    let lastByte = Atomic<UInt64>(0)
    /// Connections to its endpoints, pooled ones included; relaxed.
    private let connections = Atomic<Int>(0)

    /// In which protocol its endpoints are asked.
    let dialect: Dialect
    /// Endpoints that hung up on HTTP/2, one bit each; the last bit is that of all further ones.
    private let http1Endpoints = Atomic<UInt64>(0)

    private static let serials = Atomic<UInt64>(0)

    /// Endpoints that `predecessor` has too keep their breakers and their health.
    ///
    /// Without `places` the endpoints are those of `config`; one that `isUnresolved` is waited for.
    package init(
        name: ServiceName,
        index: Int,
        config: UpstreamConfig,
        places: [Address]? = nil,
        hosts: [String]? = nil,
        isUnresolved: Bool = false,
        metrics: ServerMetrics,
        endpointMetrics: [EndpointMetrics],
        inheriting predecessor: Upstream?,
        now: Instant
    ) {
        serial = Self.serials.add(1, ordering: .relaxed).newValue
        self.name = name
        self.index = index
        self.config = config
        self.places = places ?? config.endpoints
        self.hosts = hosts ?? config.endpoints.map(\.hostName)
        dialect = Dialect(config.speech)
        sessions = config.tls == nil ? [] : config.endpoints.map { _ in TLSSessionCache() }
        isBeforeSidecars = config.peer == .sidecar
        self.metrics = metrics
        self.endpointMetrics = endpointMetrics
        hashOn = config.hashOn.map { Array($0.lowercased().utf8) }
        retry = RetryPolicy(config.retry)
        let inherited = predecessor.map { $0.state.withLock { $0.endpoints } } ?? []
        var state = UpstreamState(config, endpointMetrics, inheriting: inherited, now: now)
        if isUnresolved { state.resolvedBy = now.advanced(by: UpstreamState.namePatience) }
        self.state = Mutex(state)
    }

    /// Leave to send one request: which endpoint, and on what terms its breaker admitted it.
    package struct Grant: Sendable {
        package var endpoint: Int
        package var admission: CircuitBreaker.Admission
    }

    /// Why a request may not be sent now, and when it is worth asking again.
    package struct Refusal: Error, Sendable {
        package var reason: Reason
        package var retryAfter: Nanoseconds?
    }

    /// What `request` decided.
    package enum Decision: Sendable {
        case granted(Grant)
        /// Waits for a slot; the grant comes through the ticket's worker.
        case queued
        /// The model is expected soon; ask again a little later.
        case notYet
        case refused(Refusal)
    }

    /// Who asks, how urgently, and until when the answer is worth having.
    package struct Inquiry: Sendable {
        package var ticket: AdmissionQueue.Ticket
        package var priority: UInt8
        package var deadline: Instant?
        /// Hash of what `consistentHash` looks at.
        package var key: UInt64
    }

    /// In which protocol endpoints are asked.
    enum Dialect: Sendable {
        case http1
        case http2
        /// In that of the client, where the endpoint speaks it.
        case asClient

        fileprivate init(_ speech: UpstreamConfig.Speech) {
            switch speech {
            case .auto: self = .asClient
            case .http1, .h1tls: self = .http1
            case .h2c, .h2tls: self = .http2
            }
        }
    }

    /// What a connection to an endpoint needs to speak TLS; `nil` where it is plain.
    func secure(_ endpoint: Int, _ protocols: [ALPN]) -> TLSSession? {
        guard let client = config.tls else { return nil }
        return TLSSession(
            client: client,
            name: hosts[endpoint],
            cache: sessions[endpoint],
            protocols: protocols
        )
    }

    /// Whether the endpoint is known to speak HTTP/1.1 alone.
    func speaksHTTP1(_ endpoint: Int) -> Bool {
        http1Endpoints.load(ordering: .relaxed) & Self.bit(of: endpoint) != 0
    }

    /// The endpoint hung up on HTTP/2.
    func noteHTTP1(of endpoint: Int) {
        http1Endpoints.bitwiseOr(Self.bit(of: endpoint), ordering: .relaxed)
    }

    private static func bit(of endpoint: Int) -> UInt64 { 1 << UInt64(min(endpoint, 63)) }

    /// A request has begun.
    ///
    /// Never inlined: whoever reaches the metrics from outside has them counted first.
    @inline(never)
    func beginRequest() {
        metrics.begin()
    }

    /// Shows in metrics what became of a request; never inlined, for the same reason.
    @inline(never)
    func endRequest(_ record: inout RequestRecord) {
        metrics.end(&record)
    }

    /// Asks for a slot and an endpoint.
    package func request(
        _ inquiry: Inquiry,
        now: Instant,
        random: inout RandomSource
    ) -> Decision {
        state.withLock { $0.request(inquiry, now: now, random: &random) }
    }

    /// Whether requests wait for a slot.
    var hasQueue: Bool { state.withLock { $0.admission.depth > 0 } }

    /// Chooses the endpoint for a request that holds a slot, after waiting or for a retry.
    ///
    /// `avoiding` names the endpoint that just failed, taken again only when it is alone.
    package func choose(
        key: UInt64,
        avoiding: Int?,
        now: Instant,
        random: inout RandomSource
    ) -> Result<Grant, Refusal> {
        state.withLock { $0.choose(key: key, avoiding: avoiding, now: now, random: &random) }
    }

    /// Whether an endpoint besides that one may take a request now.
    func admits(otherThan endpoint: Int, now: Instant) -> Bool {
        state.withLock { state in
            state.endpoints.indices.contains { index in
                index != endpoint && state.endpoints[index].isLoaded
                    && state.endpoints[index].breaker.admitsFrom <= now
            }
        }
    }

    /// A ticket that is to be told something by its worker.
    package struct Consequences: Sendable {
        /// Holds the slot that was given back.
        package var granted: AdmissionQueue.Ticket?
        /// No endpoint admits any more; waiting has no sense.
        package var turnedAway: [AdmissionQueue.Ticket] = []

        package init() {}
    }

    /// How an attempt ended, for the breaker and for health.
    package struct Ending: Sendable {
        package var outcome: CircuitBreaker.Outcome
        package var isSlow = false
        package var isConnectRefused = false
        /// A 5xx whose body told of broken hardware.
        package var matchesFaultPattern = false
        package var is5xx = false
        /// It refused for now: others are asked first for so long.
        package var rest: Nanoseconds?

        /// Nothing but a success.
        var isPlain: Bool {
            guard case .success = outcome else { return false }
            return !isSlow && rest == nil && !isConnectRefused
        }

        package init(outcome: CircuitBreaker.Outcome, isConnectRefused: Bool = false) {
            self.outcome = outcome
            self.isConnectRefused = isConnectRefused
        }

        /// A complete answer with that status.
        package init(ofStatus status: Int) {
            outcome = CircuitBreaker.Outcome(status: status, caller: nil)
            is5xx = status >= 500
        }
    }

    /// What goes back together with an attempt.
    package enum Release: Sendable {
        case nothing
        /// The request's slot, and how long it was of use.
        case slot(Nanoseconds?)
    }

    /// Reports the end of an attempt; the slot may stay with the request.
    ///
    /// Yields what others must be told, if anything.
    package func endAttempt(
        _ grant: Grant,
        _ ending: Ending,
        releasing release: Release = .nothing,
        now: Instant,
        random: inout RandomSource
    ) -> Consequences? {
        state.withLock { state in
            state.end(grant, ending, now: now, random: &random)
            let consequences = state.turnAwayIfHopeless(now: now)
            guard case .slot(let serviceTime) = release,
                let ticket = state.admission.release(serviceTime: serviceTime, now: now)
            else { return consequences }
            var both = consequences ?? Consequences()
            both.granted = ticket
            return both
        }
    }

    /// Gives the slot back; `serviceTime` feeds the estimate of how long others wait.
    ///
    /// Yields who holds it from now on, if anybody waits.
    package func releaseSlot(serviceTime: Nanoseconds?, now: Instant) -> AdmissionQueue.Ticket? {
        state.withLock { $0.admission.release(serviceTime: serviceTime, now: now) }
    }

    /// Leaves the queue; `false` when the grant is already on its way.
    package func cancel(_ ticket: AdmissionQueue.Ticket) -> Bool {
        state.withLock { $0.admission.cancel(ticket) }
    }

    /// Tells the breaker that its probe got a first body byte with a status below 500.
    package func probeAnswered(_ grant: Grant, now: Instant) {
        state.withLock { state in
            let breaker = state.endpoints[grant.endpoint].breaker.state
            _ = state.endpoints[grant.endpoint].breaker.probeAnswered(grant.admission, now: now)
            state.noteBreaker(grant.endpoint, before: breaker)
        }
    }

    /// Takes leave for one retry, to be given back by `endRetry`.
    package func beginRetry() -> Bool {
        state.withLock { state in
            state.budget.begin(requestsInFlight: max(1, state.admission.inFlight))
        }
    }

    /// A retry has ended, however it ended.
    package func endRetry() {
        state.withLock { $0.budget.end() }
    }

    /// Whether one more connection to its endpoints may be opened, over all workers.
    ///
    /// Workers that ask at the same moment may pass `maxConnections` by one each.
    package var hasRoomForConnection: Bool {
        connections.load(ordering: .relaxed) < config.maxConnections
    }

    /// A connection to an endpoint has been made.
    func openedConnection() {
        connections.add(1, ordering: .relaxed)
    }

    /// One has been closed.
    func closedConnection() {
        connections.subtract(1, ordering: .relaxed)
    }

    /// Where an endpoint is; `nil` while its name is not resolved.
    package func address(of endpoint: Int) -> SocketAddress? {
        state.withLock { $0.endpoints[endpoint].address }
    }

    /// Keeps what the sidecar at `endpoint` says of its load.
    func note(_ report: LoadReport, of endpoint: Int, now: Instant) {
        state.withLock { $0.endpoints[endpoint].note(report, now: now) }
    }

    /// Writes what `x-outrider-load` says: in flight, waiting, the limit, and the model's state.
    func appendLoad(to output: inout ByteBuffer) {
        state.withLock { $0.appendLoad(to: &output) }
    }
}
