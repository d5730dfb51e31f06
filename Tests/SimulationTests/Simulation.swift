import Base
import Config
import Policy
import Synchronization
import Telemetry
import Wire

@testable import Proxy

/// Many exchanges over one upstream, driven as workers drive them, on a virtual clock.
///
/// No socket and no thread: what clients and models do is drawn from a seed, so that whatever
/// goes wrong goes wrong again. After every event the books are checked.
final class Simulation {
    static let cells = MetricCells(version: "0")

    let seed: UInt64
    var random: RandomSource
    let start = Instant(nanoseconds: 1_000_000_000_000)
    var now: Instant
    var agenda = Agenda()
    let snapshot: Snapshot
    let upstream: Upstream
    let workers: [SimulatedWorker]
    let traits: ModelTraits
    /// What the models of a written scenario do; drawn from the seed without it.
    var modelPlan: ModelPlan?
    var requests: [UInt64: SimulatedRequest] = [:]
    var alive: [SimulatedRequest] = []
    var problems: [String] = []
    var grantsInMail = 0
    var endedCount = 0
    var isDraining = false
    var isProbing = false
    var depth = 0
    /// Connects, sends and answers so far, and which of them fails.
    var operations = 0
    var failAt: Int?
    private var links: UInt64 = 0

    init(seed: UInt64, config: SidecarConfig, workers count: Int, traits: ModelTraits) {
        self.seed = seed
        random = RandomSource(seed: seed)
        now = start
        self.traits = traits
        let snapshot = Snapshot.build(.sidecar(config), after: nil, cells: Self.cells, now: start)
        self.snapshot = snapshot
        upstream = snapshot.upstreams[0]
        workers = (0..<count).map { index in
            SimulatedWorker(
                ExchangeContext(
                    snapshot: snapshot,
                    worker: UInt16(index),
                    seed: seed &+ UInt64(index)
                )
            )
        }
        bringUp()
    }

    /// Every endpoint is found loaded.
    func bringUp() {
        let now = now
        upstream.state.withLock { state in
            state.isChecked = true
            for index in state.endpoints.indices {
                state.endpoints[index].health.checkSucceeded(now: now)
            }
        }
    }

    func add(_ plan: ClientPlan) {
        let id = UInt64(requests.count + 1)
        let worker = workers[plan.worker]
        let request = SimulatedRequest(plan, id: id, worker: worker, snapshot: snapshot)
        requests[id] = request
        at(plan.arrives) { self.arrive(request) }
    }

    /// Runs until nothing is left to happen, then looks whether everything was given back.
    func run() {
        while let (time, work) = agenda.next() {
            now = max(now, time)
            work()
            if problems.count > 3 { return }
        }
        checkEnd()
    }

    func at(_ wait: Nanoseconds, _ work: @escaping () -> Void) {
        agenda.add(at: now.advanced(by: wait), work)
    }

    func fail(_ text: String, _ request: SimulatedRequest? = nil) {
        let name = request.map { "request \($0.id) (\($0.plan.method)): " } ?? ""
        problems.append("seed \(seed), \(now.since(start).count / 1_000) µs: \(name)\(text)")
    }

    /// Whether the operation at hand is the one that a test lets fail.
    func operationFails() -> Bool {
        defer { operations += 1 }
        return operations == failAt
    }

    func nextLink() -> UInt64 {
        links += 1
        return links
    }
}

// The seam, as the worker has it.
extension Simulation {
    /// Tells an exchange what happened, does what it asks for, and checks the books.
    func deliver(_ event: Event, to request: SimulatedRequest, lending bytes: [UInt8] = []) {
        if request.isOver { return }
        depth += 1
        var actions = Actions()
        request.exchange.handle(
            event,
            context: &request.worker.context,
            now: now,
            actions: &actions
        )
        for index in 0..<actions.count {
            if request.isOver { fail("an action after the end", request) }
            if case .connect = actions[index], index + 1 < actions.count {
                fail("connect is not the last action", request)
            }
            perform(actions[index], for: request, lending: bytes)
        }
        if !request.isOver { arm(request) }
        depth -= 1
        if depth == 0 {
            settle()
            check()
        }
    }

    /// Moves the timer when it would fire too late.
    private func arm(_ request: SimulatedRequest) {
        let wake = request.exchange.wakeAt
        guard wake < request.timerAt else { return }
        request.timerAt = wake
        agenda.add(at: wake) { self.fire(request, wake) }
    }

    private func fire(_ request: SimulatedRequest, _ time: Instant) {
        guard request.timerAt == time, !request.isOver else { return }
        request.timerAt = .distantFuture
        guard request.exchange.wakeAt <= now else { return arm(request) }
        deliver(.timer, to: request)
        if !request.isOver, request.exchange.wakeAt <= now {
            fail("the timer makes no progress", request)
        }
    }

    private func settle() {
        depth += 1
        defer { depth -= 1 }
        var isSettled = false
        while !isSettled {
            isSettled = true
            for request in alive where request.connection?.isDirty == true {
                isSettled = false
                flush(request)
            }
            for worker in workers where !worker.context.consequences.isEmpty {
                isSettled = false
                post(worker)
            }
        }
    }

    private func post(_ worker: SimulatedWorker) {
        while let (_, consequences) = worker.context.consequences.popLast() {
            let delay = Nanoseconds(random.below(2_000_000))
            if let ticket = consequences.granted {
                grantsInMail += 1
                send(ticket, from: worker, after: delay) { self.grant(ticket) }
            }
            for ticket in consequences.turnedAway {
                send(ticket, from: worker, after: delay) {
                    guard let request = self.requests[ticket.exchange] else { return }
                    self.deliver(.turnedAway, to: request)
                }
            }
        }
    }

    private func send(
        _ ticket: AdmissionQueue.Ticket,
        from worker: SimulatedWorker,
        after delay: Nanoseconds,
        _ work: @escaping () -> Void
    ) {
        if ticket.worker == worker.context.worker { work() } else { at(delay, work) }
    }

    private func grant(_ ticket: AdmissionQueue.Ticket) {
        grantsInMail -= 1
        guard let request = requests[ticket.exchange], !request.isOver,
            request.exchange.attempt == .queued
        else {
            let context = workers[Int(ticket.worker)]
            if let ticket = upstream.releaseSlot(serviceTime: nil, now: now) {
                context.context.note(upstream, granting: ticket)
            }
            if depth == 0 { settle() }
            return
        }
        deliver(.granted, to: request)
    }
}
