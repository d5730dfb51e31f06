import Base
import Policy

extension Case {
    /// Whether a request may go to the model, and what is learnt from how it went.
    static let policy = [
        Case("breaker: admit and record") { count in
            var breaker = CircuitBreaker(CircuitBreaker.Settings())
            var random = RandomSource(seed: 1)
            for index in 0..<count {
                let now = Instant(nanoseconds: UInt64(index) * 20_000_000)
                let admission = breaker.admit(now: now, random: &random)
                breaker.record(.success, admission: admission, now: now, random: &random)
            }
            keep(breaker.failuresInARow)
        },
        Case("admission: request and release") { count in
            var queue = AdmissionQueue(AdmissionQueue.Settings())
            for index in 0..<count {
                let now = Instant(nanoseconds: UInt64(index) * 1_000_000)
                let ticket = AdmissionQueue.Ticket(worker: 0, exchange: UInt64(index))
                let decision = queue.request(ticket, priority: 3, deadline: nil, now: now)
                precondition(decision == .granted)
                let next = queue.release(serviceTime: .milliseconds(1), now: now)
                keep(next == nil ? 0 : 1)
            }
        },
        Case("admission: wait in line and be granted") { count in
            var settings = AdmissionQueue.Settings()
            settings.concurrency = 1
            var queue = AdmissionQueue(settings)
            let start = Instant(nanoseconds: 0)
            let first = AdmissionQueue.Ticket(worker: 0, exchange: 0)
            precondition(
                queue.request(first, priority: 3, deadline: nil, now: start) == .granted
            )
            for index in 0..<count {
                let now = Instant(nanoseconds: UInt64(index) * 1_000_000)
                let ticket = AdmissionQueue.Ticket(worker: 0, exchange: UInt64(index) + 1)
                let decision = queue.request(ticket, priority: 3, deadline: nil, now: now)
                precondition(decision == .queued)
                let next = queue.release(serviceTime: .milliseconds(1), now: now)
                precondition(next == ticket)
            }
        },
        Case("retry budget: begin and end") { count in
            var budget = RetryBudget(ratio: 0.2, floor: 3)
            for index in 0..<count where budget.begin(requestsInFlight: index & 63) {
                budget.end()
            }
        },
        Case("balancer: the less loaded of 8") { count in
            var balancer = LoadBalancer(.leastRequest, identities: Array(0..<8))
            var random = RandomSource(seed: 1)
            let candidates = (0..<8).map {
                LoadBalancer.Candidate(inFlight: $0 & 3, isAvailable: true)
            }
            for _ in 0..<count {
                keep(balancer.choose(candidates.span, key: 0, random: &random) ?? 0)
            }
        },
    ]
}
