import Access
import Base
import Config
import Policy
import Synchronization
import Telemetry
import Wire

@testable import Proxy

/// Many calls at one gateway, driven as a worker drives them, on a virtual clock.
///
/// Clients leave, sidecars refuse, break, lie low or ask for less; all of it drawn from a seed.
/// After every event the books of all upstreams are checked.
final class GatewaySimulation {
    let seed: UInt64
    var random: RandomSource
    let start = Instant(nanoseconds: 1_000_000_000_000)
    var now: Instant
    var agenda = Agenda()
    let snapshot: Snapshot
    var context: ExchangeContext
    /// By what they show.
    let callers: [String: Principal]
    var calls: [GatewayCall] = []
    var problems: [String] = []
    /// How often somebody was asked who was not the first.
    var standInCount = 0
    var depth = 0
    var links: UInt64 = 0

    init(seed: UInt64) {
        self.seed = seed
        random = RandomSource(seed: seed)
        now = start
        let config = GatewayConfig.random(&random)
        let cells = MetricCells(version: "0")
        snapshot = Snapshot.build(.gateway(config), after: nil, cells: cells, now: start)
        context = ExchangeContext(snapshot: snapshot, worker: 0, seed: seed)
        let models = ["llama", "small"].map { Wildcard($0) }
        callers = [
            "good": Principal(caller: Caller(subject: "good"), scopes: ["admin"]),
            "few": Principal(caller: Caller(subject: "few"), models: models),
        ]
        bringUp()
    }

    /// Every endpoint is found up.
    func bringUp() {
        let now = now
        for upstream in snapshot.upstreams {
            upstream.state.withLock { state in
                state.isChecked = true
                for index in state.endpoints.indices {
                    state.endpoints[index].health.checkSucceeded(now: now)
                }
            }
        }
    }

    func add(_ plan: CallPlan) {
        let call = GatewayCall(plan, id: UInt64(calls.count + 1), snapshot: snapshot)
        calls.append(call)
        at(plan.arrives) { self.arrive(call) }
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

    /// Does `work` if the try is still the call's by then.
    func later(_ wait: Nanoseconds, _ call: GatewayCall, _ work: @escaping (GatewayTry) -> Void) {
        guard let current = call.current else { return }
        at(wait) {
            if call.current === current, !call.isOver { work(current) }
        }
    }

    func expect(_ isTrue: Bool, _ text: @autoclosure () -> String, _ call: GatewayCall? = nil) {
        if isTrue { return }
        let name = call.map { "call \($0.id) (\($0.plan.method) \($0.plan.path)): " } ?? ""
        let time = now.since(start).count / 1_000
        problems.append("seed \(seed), \(time) µs: \(name)\(text())")
    }
}

// The seam, as the worker has it.
extension GatewaySimulation {
    /// Tells an exchange what happened, does what it asks for, and checks the books.
    func deliver(_ event: Event, to call: GatewayCall, lending bytes: [UInt8] = []) {
        if call.isOver { return }
        depth += 1
        var actions = Actions()
        call.exchange.handle(event, context: &context, now: now, actions: &actions)
        for index in 0..<actions.count {
            if call.isOver { break }
            perform(actions[index], for: call, lending: bytes)
        }
        if !call.isOver { arm(call) }
        depth -= 1
        guard depth == 0 else { return }
        while let call = calls.first(where: { $0.current?.isDirty == true }) { flush(call) }
        expect(context.consequences.isEmpty, "somebody waits in a queue of none")
        check()
    }

    /// Moves the timer when it would fire too late.
    private func arm(_ call: GatewayCall) {
        let wake = call.exchange.wakeAt
        guard wake < call.timerAt else { return }
        call.timerAt = wake
        agenda.add(at: wake) { self.fire(call, wake) }
    }

    private func fire(_ call: GatewayCall, _ time: Instant) {
        guard call.timerAt == time, !call.isOver else { return }
        call.timerAt = .distantFuture
        guard call.exchange.wakeAt <= now else { return arm(call) }
        deliver(.timer, to: call)
        let isFirm = call.isOver || call.exchange.wakeAt > now
        expect(isFirm, "the timer makes no progress", call)
    }
}
