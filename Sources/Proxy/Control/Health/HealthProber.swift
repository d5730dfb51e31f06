import Base
import Config
import Crypto
import Policy
import Reactor
import Synchronization
import Telemetry
import Wire

/// Asks every endpoint of every upstream how it is, and tells its `HealthMonitor`.
///
/// Runs on the control loop. Monitors stand behind the upstream's mutex, which is held for a
/// look or a verdict and never over I/O.
struct HealthProber: ~Copyable {
    private var probes: Slots<EndpointProbe>
    private var handles: [Handle<EndpointProbe>] = []
    private var upstreams: [Upstream] = []
    /// Upstreams of configurations before, in which requests may still wait for a verdict.
    private var former: [Upstream] = []
    private var isDraining = false
    /// Our word for who asks, where sidecars want to know.
    private var proof: GatewayProof?

    init() {
        probes = Slots(kind: ControlReactor.Kind.probe, capacity: 4_096)
    }

    /// Follows a snapshot: endpoints that it has too keep their checks.
    mutating func adopt(_ snapshot: Snapshot, _ reactor: inout ControlReactor) {
        var known = handles
        handles.removeAll()
        retire(upstreams.filter { old in !snapshot.upstreams.contains { $0 === old } })
        upstreams = snapshot.upstreams
        if let gateway = snapshot.gateway {
            if proof?.gateway !== gateway { proof = GatewayProof(gateway) }
        } else {
            proof = nil
        }
        for upstream in upstreams {
            for (index, name) in upstream.config.endpoints.enumerated() {
                let old = known.firstIndex { handle in
                    probes[handle].upstream.name == upstream.name && probes[handle].name == name
                }
                if let old {
                    let handle = known.remove(at: old)
                    probes[handle].move(to: upstream, index)
                    handles.append(handle)
                } else {
                    add(upstream, index, &reactor)
                }
            }
        }
        for handle in known {
            if let timer = probes[handle].timer { reactor.timers.free(timer) }
            _ = probes.remove(handle)
        }
        refresh(&reactor)
    }

    /// Keeps upstreams that are no longer in force, for a bounded number of reloads.
    private mutating func retire(_ superseded: [Upstream]) {
        former += superseded
        former.removeFirst(max(0, former.count - Self.formerLimit))
    }

    private static let formerLimit = 16

    private mutating func add(_ upstream: Upstream, _ index: Int, _ reactor: inout ControlReactor) {
        switch probes.insert(EndpointProbe(upstream, index)) {
        case .inserted(let handle):
            probes[handle].takeTimer(handle, &reactor.timers)
            handles.append(handle)
        case .full:
            Complaint.write("too many endpoints; \(upstream.name) is not watched wholly")
        }
    }

    /// Tells every monitor what time and traffic have changed, and starts the checks that are due.
    mutating func refresh(_ reactor: inout ControlReactor) {
        let now = reactor.now
        for handle in handles { tellBytes(handle) }
        for upstream in upstreams {
            upstream.state.withLock { $0.refreshHealth(isDraining: isDraining, now: now) }
            upstream.showHealth()
        }
        for handle in handles where !probes[handle].isUnderWay { plan(handle, &reactor) }
    }

    /// Whether requests wait anywhere for a slot.
    var hasQueues: Bool { upstreams.contains(where: \.hasQueue) }

    /// Turns readiness down, or up again.
    mutating func drain(_ isDraining: Bool, _ reactor: inout ControlReactor) {
        self.isDraining = isDraining
        refresh(&reactor)
    }

    /// A check is due, or the one under way takes too long.
    mutating func timer(_ word: UInt64, _ reactor: inout ControlReactor) {
        let handle = Handle<EndpointProbe>(bits: word)
        guard probes.contains(handle) else { return }
        if probes[handle].isUnderWay {
            finish(handle, .timedOut, &reactor)
        } else {
            plan(handle, &reactor)
        }
    }

    /// Something happened on a check's connection.
    mutating func ready(_ word: UInt64, _ event: Poller.Event, _ reactor: inout ControlReactor) {
        let handle = Handle<EndpointProbe>(bits: word)
        guard probes.contains(handle), probes[handle].isUnderWay else { return }
        go(handle, isWritable: event.isWritable || event.isFailed, &reactor)
    }

    /// A probe's name has been looked up.
    mutating func resolved(_ answer: NameDesk.Answer, _ reactor: inout ControlReactor) {
        let handle = Handle<EndpointProbe>(bits: answer.asker)
        guard probes.contains(handle) else { return }
        let isWaiting = probes[handle].isUnderWay && probes[handle].addresses.isEmpty
        switch answer.result {
        case .success(let found):
            if found.addresses != probes[handle].addresses { probes[handle].nextAddress = 0 }
            probes[handle].addresses = found.addresses
            if isWaiting { begin(handle, &reactor) }
        case .failure(let failure):
            guard isWaiting, let host = probes[handle].hostName?.host else { return }
            finish(handle, .loading("\(host): \(failure)"), &reactor)
        }
    }

    /// Progress beats pings; of several endpoints only the one at work can have sent the byte.
    private mutating func tellBytes(_ handle: Handle<EndpointProbe>) {
        let upstream = probes[handle].upstream
        let last = upstream.lastByte.load(ordering: .relaxed)
        guard last > probes[handle].toldByte else { return }
        probes[handle].toldByte = last
        let endpoint = probes[handle].endpoint
        upstream.state.withLock { state in
            let isAlone = state.endpoints.indices.allSatisfy {
                $0 == endpoint || state.endpoints[$0].inFlight == 0
            }
            guard isAlone, state.endpoints.count == 1 || state.endpoints[endpoint].inFlight > 0
            else { return }
            state.endpoints[endpoint].health.bytesReceived(now: Instant(nanoseconds: last))
        }
    }

    /// Begins a check that is due, else sets the timer for it.
    private mutating func plan(_ handle: Handle<EndpointProbe>, _ reactor: inout ControlReactor) {
        let upstream = probes[handle].upstream
        let due = upstream.state.withLock { probes[handle].due($0) }
        guard due <= reactor.now else {
            return probes[handle].schedule(at: due, &reactor.timers)
        }
        let endpoint = probes[handle].endpoint
        upstream.state.withLock { $0.endpoints[endpoint].health.checkStarted() }
        probes[handle].isUnderWay = true
        let timeout = probes[handle].script.plan.timeout
        probes[handle].schedule(at: reactor.now.advanced(by: timeout), &reactor.timers)
        lookUpName(handle, &reactor)
        if probes[handle].hostName == nil || !probes[handle].addresses.isEmpty {
            begin(handle, &reactor)
        }
    }

    /// Asks the resolver: at first, and now and then while the model cannot be found.
    private mutating func lookUpName(
        _ handle: Handle<EndpointProbe>,
        _ reactor: inout ControlReactor
    ) {
        let now = reactor.now
        guard let (host, port) = probes[handle].hostName else { return }
        if let asked = probes[handle].askedName, now.since(asked) < EndpointProbe.namePause,
            !probes[handle].addresses.isEmpty
        {
            return
        }
        guard probes[handle].addresses.isEmpty || isLoading(handle) else { return }
        probes[handle].askedName = now
        reactor.names.ask(host, port: port, asker: handle.bits)
    }

    private func isLoading(_ handle: Handle<EndpointProbe>) -> Bool {
        let endpoint = probes[handle].endpoint
        return probes[handle].upstream.state.withLock {
            !$0.endpoints[endpoint].isLoaded
        }
    }

    /// Asks the first question, at the next address that the name leads to.
    private mutating func begin(_ handle: Handle<EndpointProbe>, _ reactor: inout ControlReactor) {
        let addresses = probes[handle].addresses
        if !addresses.isEmpty {
            let address = addresses[probes[handle].nextAddress % addresses.count]
            let endpoint = probes[handle].endpoint
            probes[handle].upstream.state.withLock { $0.endpoints[endpoint].address = address }
        }
        let isLoading = isLoading(handle)
        follow(probes[handle].script.begin(isLoading: isLoading), handle, &reactor)
    }

    private mutating func follow(
        _ next: CheckScript.Next,
        _ handle: Handle<EndpointProbe>,
        _ reactor: inout ControlReactor
    ) {
        switch next {
        case .ask(let path):
            connect(handle, .question(question(path, handle)), &reactor)
        case .call(let asked):
            let timeout = probes[handle].script.plan.timeout
            let call = asked.call(to: probes[handle].host, timeout: timeout)
            connect(handle, .call(call), &reactor)
        case .connect: connect(handle, .connection, &reactor)
        case .over(let outcome): finish(handle, outcome, &reactor)
        }
    }

    private mutating func connect(
        _ handle: Handle<EndpointProbe>,
        _ wanted: QuestionConnection.Wanted,
        _ reactor: inout ControlReactor
    ) {
        probes[handle].connection = nil
        guard let address = probes[handle].upstream.address(of: probes[handle].endpoint) else {
            return finish(handle, .loading("the name has no address yet"), &reactor)
        }
        do throws(SystemError) {
            let session = probes[handle].upstream.secure(probes[handle].endpoint, wanted.protocols)
            let connection = QuestionConnection(try Socket.connect(to: address), wanted, session)
            try reactor.poller.add(connection.descriptor, data: handle.bits)
            // The first edge, which comes in any case, lets it begin.
            probes[handle].connection = consume connection
        } catch {
            let isRefused = error.isConnectionRefused
            finish(handle, isRefused ? .refused : .failed("\(error)"), &reactor)
        }
    }

    private mutating func go(
        _ handle: Handle<EndpointProbe>,
        isWritable: Bool,
        _ reactor: inout ControlReactor
    ) {
        let progress =
            probes[handle].connection?.advance(isWritable: isWritable, now: reactor.now)
            ?? .pending
        switch progress {
        case .pending: return
        case .refused: finish(handle, .refused, &reactor)
        case .unsecured(let evidence):
            finish(handle, .unsecured(evidence), &reactor)
        case .failed(let evidence): finish(handle, .failed(evidence), &reactor)
        case .connected:
            follow(probes[handle].script.connected(), handle, &reactor)
        case .greeted:
            follow(probes[handle].script.greeted(), handle, &reactor)
        case .answered(let status):
            follow(answered(handle, status: status), handle, &reactor)
        }
    }

    private mutating func answered(
        _ handle: Handle<EndpointProbe>,
        status: Int
    ) -> CheckScript.Next {
        if let answer = probes[handle].connection?.call?.answer {
            return probes[handle].script.answered(answer)
        }
        let body = probes[handle].connection?.body ?? []
        return probes[handle].script.answered(status: status, body: body.span)
    }

    private mutating func finish(
        _ handle: Handle<EndpointProbe>,
        _ outcome: CheckScript.Outcome,
        _ reactor: inout ControlReactor
    ) {
        let upstream = probes[handle].upstream
        let endpoint = probes[handle].endpoint
        upstream.metrics.healthChecks.add(at: outcome.result.index)
        if outcome != .alive { probes[handle].nextAddress &+= 1 }
        let now = reactor.now
        tellBytes(handle)
        let report = outcome == .alive ? probes[handle].connection?.report : nil
        let isLoading = upstream.state.withLock { state in
            state.checked(endpoint, outcome, now: now)
            if let report { state.endpoints[endpoint].note(report, now: now) }
            state.refreshHealth(isDraining: isDraining, now: now)
            return !state.endpoints[endpoint].isLoaded
        }
        upstream.showHealth()
        tellFormer(of: upstream, probes[handle].name, outcome, now)
        probes[handle].ended(isLoading: isLoading, now: now)
        plan(handle, &reactor)
    }

    private mutating func question(
        _ path: String,
        _ handle: Handle<EndpointProbe>
    ) -> Question {
        let asksSidecar = path == ProbePlan.sidecarItself
        let host = probes[handle].host
        var question = Question(asksSidecar ? .options : .get, path, host: host)
        question.wantsBody = probes[handle].script.wantsBody
        guard asksSidecar else { return question }
        question.fields = Array("max-forwards: 0\r\n".utf8)
        let seconds = Int64(clamping: Clock.wall() / 1_000_000_000)
        let service = probes[handle].upstream.name.service
        question.fields += proof?.line(for: service, now: seconds) ?? []
        return question
    }

    /// Requests that began before a reload wait for the same model.
    private func tellFormer(
        of upstream: Upstream,
        _ name: Address,
        _ outcome: CheckScript.Outcome,
        _ now: Instant
    ) {
        for old in former where old.name == upstream.name {
            guard let index = old.config.endpoints.firstIndex(of: name) else { continue }
            old.state.withLock { $0.checked(index, outcome, now: now) }
        }
    }
}

extension CheckScript.Outcome {
    /// The word for it in the metric.
    fileprivate var result: CheckResult {
        switch self {
        case .alive: .success
        case .timedOut: .timeout
        case .loading, .failed, .refused, .unsecured: .failure
        }
    }
}
