import Base
import Config
import Policy
import Reactor

/// The checks of one endpoint: at most one is under way.
struct EndpointProbe: ~Copyable {
    /// The upstream of the snapshot in force.
    private(set) var upstream: Upstream
    private(set) var endpoint: Int
    /// As it is configured; what follows from it holds as long as the probe.
    let name: Address
    /// What stands in `Host`.
    let host: String
    /// The name and port to be looked up; `nil` for what is an address already.
    let hostName: (host: String, port: UInt16)?
    var script: CheckScript
    /// Due to ask, or while a check is under way its timeout.
    private(set) var timer: TimerID?
    var connection: QuestionConnection?
    var isUnderWay = false
    /// The next pause while the model loads.
    var loadingPause = Self.firstPause
    private var lastEnd: Instant?
    /// The model's last byte that health was told of.
    var toldByte: UInt64 = 0
    /// What the name led to, in the order in which it is tried.
    var addresses: [SocketAddress] = []
    var nextAddress = 0
    var askedName: Instant?

    static let firstPause = Nanoseconds.milliseconds(100)
    static let longestPause = Nanoseconds.milliseconds(500)
    static let pauseGrowth = Nanoseconds.milliseconds(20)
    /// A name is not looked up more often than this.
    static let namePause = Nanoseconds.seconds(2)

    init(_ upstream: Upstream, _ endpoint: Int) {
        self.upstream = upstream
        self.endpoint = endpoint
        name = upstream.config.endpoints[endpoint]
        script = CheckScript(ProbePlan(upstream.config))
        let address = SocketAddress(name)
        host = address?.isUnix == true ? "localhost" : name.description
        if address == nil, case .host(let host, let port) = name {
            hostName = (host, port)
        } else {
            hostName = nil
        }
    }

    /// Takes a timer that names this probe by its handle.
    mutating func takeTimer(_ handle: Handle<EndpointProbe>, _ timers: inout TimerWheel) {
        timer = timers.makeTimer(data: handle.bits)
    }

    /// Moves its timer.
    func schedule(at deadline: Instant, _ timers: inout TimerWheel) {
        if let timer { timers.schedule(timer, at: deadline) }
    }

    /// Follows the endpoint, by its name, into the snapshot that is now in force.
    mutating func move(to upstream: Upstream, _ endpoint: Int) {
        self.upstream = upstream
        self.endpoint = endpoint
        let plan = ProbePlan(upstream.config)
        if plan != script.plan, !isUnderWay { script = CheckScript(plan) }
    }

    /// When the next check is due, as health sees it or sooner while the model loads.
    func due(_ state: borrowing UpstreamState) -> Instant {
        let health = state.endpoints[endpoint].health
        guard let lastEnd, health.state == .loading else {
            return health.nextCheck ?? .distantFuture
        }
        let pause = min(loadingPause, upstream.config.health.interval)
        return lastEnd.advanced(by: pause)
    }

    /// Notes that a check has ended, with the model loading or not.
    mutating func ended(isLoading: Bool, now: Instant) {
        connection = nil
        isUnderWay = false
        lastEnd = now
        let longer = min(loadingPause + Self.pauseGrowth, Self.longestPause)
        loadingPause = isLoading ? longer : Self.firstPause
        // A reload may have changed what is asked while this check was under way.
        let plan = ProbePlan(upstream.config)
        if plan != script.plan { script = CheckScript(plan) }
    }
}
