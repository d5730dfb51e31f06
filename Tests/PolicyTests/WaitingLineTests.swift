import Base
import Testing

@testable import Policy

/// Random schedules of everything that can happen to a queue, against a model that keeps lists.
@Suite struct WaitingLineTests {
    /// What a plain list would say.
    private struct Model {
        struct Entry {
            let number: UInt64
            let level: UInt8
            let expiry: Double
        }

        var waiting: [Entry] = []
        var holders: Set<UInt64> = []
        /// Passed over; their workers have not noticed yet.
        var expired: Set<UInt64> = []

        mutating func next(now: Double) -> UInt64? {
            for level in UInt8(0)...7 {
                while let index = waiting.firstIndex(where: { $0.level == level }) {
                    let entry = waiting.remove(at: index)
                    if entry.expiry > now { return entry.number }
                    expired.insert(entry.number)
                }
            }
            return nil
        }
    }

    @Test(arguments: 1...60) func `no ticket is lost and none granted twice`(_ seed: Int) {
        var random = RandomSource(seed: UInt64(seed))
        let concurrency = 1 + seed % 5
        let bench = AdmissionBench { ($0.concurrency, $0.queue) = (concurrency, 1_000) }
        var model = Model()
        var now = 0.0

        for number in UInt64(0)..<1_500 {
            now += Double(random.below(500)) / 1_000
            switch random.below(8) {
            case 0...3:
                arrive(number, at: now, bench, &model, &random)
            case 4, 5:
                guard let holder = model.holders.randomElement(using: &random) else { continue }
                model.holders.remove(holder)
                let expected = model.next(now: now)
                if let expected { #expect(model.holders.insert(expected).inserted) }
                #expect(bench.release(at: now) == expected)
            case 6:
                leave(bench, &model, &random)
            default:
                guard random.below(40) == 0 else { continue }
                let everyone = (UInt8(0)...7).flatMap { level in
                    model.waiting.filter { $0.level == level }.map(\.number)
                }
                #expect(bench.drainAll() == everyone)
                model.waiting = []
            }
            #expect(bench.queue.inFlight == model.holders.count)
            #expect(bench.queue.inFlight <= concurrency)
            #expect(bench.queue.depth == model.waiting.count)
        }
    }

    @Test func `a line that was as long as it gets grows no more`() {
        var line = WaitingLine()

        for round in UInt64(0)..<50 {
            for number in 0..<20 {
                let ticket = AdmissionQueue.Ticket(worker: 0, exchange: round * 20 + UInt64(number))
                line.join(ticket, priority: UInt8(number % 8), expiry: .distantFuture)
            }
            var served = 0
            while line.next(now: .second(0)) != nil { served += 1 }
            #expect(served == 20 && line.count == 0)
        }

        #expect(line.capacity == 20)
    }

    private func arrive(
        _ number: UInt64,
        at now: Double,
        _ bench: AdmissionBench,
        _ model: inout Model,
        _ random: inout RandomSource
    ) {
        let priority = UInt8(random.below(10))
        let patience = random.below(3) == 0 ? 1 + Double(random.below(5)) : 100
        let decision = bench.request(number, priority: priority, deadline: now + patience, at: now)
        if decision == .granted {
            model.holders.insert(number)
        } else {
            #expect(decision == .queued)
            let expiry = now + min(patience, 10)
            model.waiting.append(.init(number: number, level: min(priority, 7), expiry: expiry))
        }
    }

    private func leave(
        _ bench: AdmissionBench,
        _ model: inout Model,
        _ random: inout RandomSource
    ) {
        let everyone = model.waiting.map(\.number) + model.expired.sorted() + model.holders.sorted()
        guard let leaver = everyone.randomElement(using: &random) else { return }
        let isHere = !model.holders.contains(leaver)
        #expect(bench.cancel(leaver) == isHere)
        model.waiting.removeAll { $0.number == leaver }
        model.expired.remove(leaver)
    }
}
