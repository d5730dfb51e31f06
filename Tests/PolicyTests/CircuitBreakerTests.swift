import Base
import Policy
import Testing

@Suite struct CircuitBreakerTests {
    typealias Outcome = CircuitBreaker.Outcome

    // Opening.

    @Test func `five failures in a row open it, four do not`() {
        let bench = BreakerBench()

        bench.report(.failure, times: 4, at: 0)
        #expect(bench.admit(at: 1) == .admitted)
        bench.report(.failure, at: 1)

        #expect(bench.breaker.state == .open(until: .second(6)))
        #expect(bench.admit(at: 5.9) == .rejected(retryAt: .second(6)))
        #expect(bench.breaker.openSince == .second(1))
    }

    @Test func `a success starts the row anew`() {
        let bench = BreakerBench { $0.minimumCalls = 100 }

        bench.report(.failure, times: 4, at: 0)
        bench.report(.success, at: 0)
        bench.report(.failure, times: 4, at: 0)

        #expect(bench.breaker.state == .closed)
        #expect(bench.breaker.failuresInARow == 4)
    }

    @Test(
        arguments: [
            ([.serverError(caller: nil)], 9, CircuitBreaker.State.closed),
            ([.serverError(caller: nil)], 10, .open(until: .second(5))),
            ([.failure, .success], 5, .open(until: .second(5))),
            ([.failure, .success, .success], 30, .closed),
        ] as [([Outcome], Int, CircuitBreaker.State)]
    )
    func `ten outcomes, half of them failures, open it`(
        _ outcomes: [Outcome],
        _ rounds: Int,
        _ state: CircuitBreaker.State
    ) {
        let bench = BreakerBench()

        for _ in 0..<rounds {
            for outcome in outcomes { bench.report(outcome, at: 0) }
        }

        #expect(bench.breaker.state == state)
    }

    @Test func `a 500 neither counts in the row nor ends it`() {
        let bench = BreakerBench { $0.minimumCalls = 100 }

        bench.report(.failure, times: 2, at: 0)
        bench.report(.serverError(caller: nil), times: 20, at: 0)
        bench.report(.failure, times: 2, at: 0)
        #expect(bench.breaker.failuresInARow == 4)
        bench.report(.failure, at: 0)

        #expect(bench.breaker.state == .open(until: .second(5)))
    }

    @Test func `one caller's poison request does not shut the model for all`() {
        let bench = BreakerBench()

        bench.report(.serverError(caller: 7), times: 50, at: 0)
        #expect(bench.breaker.state == .closed)
        bench.report(.serverError(caller: 8), at: 0)

        #expect(bench.breaker.state == .open(until: .second(5)))
    }

    @Test func `two callers count together though a slice apart`() {
        let bench = BreakerBench()

        bench.report(.serverError(caller: 7), times: 9, at: 0)
        bench.report(.serverError(caller: 8), at: 20)

        #expect(bench.breaker.state == .open(until: .second(25)))
    }

    @Test func `a poisoner does not hide failures of another kind`() {
        let bench = BreakerBench { $0.consecutiveFailures = 100 }

        bench.report(.serverError(caller: 7), times: 4, at: 0)
        bench.report(.failure, times: 4, at: 0)
        #expect(bench.breaker.state == .closed)
        bench.report(.failure, times: 2, at: 0)

        #expect(bench.breaker.state == .open(until: .second(5)))
    }

    @Test func `outcomes older than the window are forgotten`() {
        let bench = BreakerBench { $0.consecutiveFailures = 100 }

        bench.report(.failure, times: 9, at: 0)
        bench.report(.failure, at: 30)
        #expect(bench.breaker.state == .closed)
        bench.report(.failure, times: 8, at: 58)
        #expect(bench.breaker.state == .closed)
        bench.report(.failure, at: 58)

        #expect(bench.breaker.state == .open(until: .second(63)))
    }

    @Test func `slow first bytes open it by their share`() {
        let bench = BreakerBench { $0.slowFirstByte = .seconds(2) }
        #expect(bench.breaker.isSlow(firstByte: .span(2.1)))
        #expect(!bench.breaker.isSlow(firstByte: .seconds(2)))

        for _ in 0..<2 { bench.report(.success, at: 0) }
        for _ in 0..<7 { bench.report(.success, isSlow: true, at: 0) }
        #expect(bench.breaker.state == .closed)
        bench.report(.success, isSlow: true, at: 0)

        #expect(bench.breaker.state == .open(until: .second(5)))
    }

    @Test func `without a limit nothing is slow`() {
        let bench = BreakerBench()

        for _ in 0..<20 { bench.report(.success, isSlow: true, at: 0) }

        #expect(!bench.breaker.isSlow(firstByte: .seconds(1_000)))
        #expect(bench.breaker.state == .closed)
    }

    @Test func `the last admitting endpoint is not opened by rate alone`() {
        let bench = BreakerBench()

        for _ in 0..<20 {
            bench.report(.failure, mayOpenByRate: false, at: 0)
            bench.report(.success, mayOpenByRate: false, at: 0)
        }
        #expect(bench.breaker.state == .closed)
        bench.report(.failure, times: 5, mayOpenByRate: false, at: 0)

        #expect(bench.breaker.state == .open(until: .second(5)))
    }

    @Test func `a client that left says nothing`() {
        let bench = BreakerBench()

        bench.report(.failure, times: 4, at: 0)
        bench.report(.cancelled, times: 100, at: 0)
        #expect(bench.breaker.failuresInARow == 4)
        bench.report(.failure, at: 0)

        #expect(bench.breaker.state == .open(until: .second(5)))
    }

    @Test func `outcomes that come while it is open change nothing`() {
        let bench = BreakerBench()
        bench.report(.failure, times: 5, at: 0)

        bench.report(.success, times: 10, at: 1)
        bench.report(.failure, times: 10, at: 2)

        #expect(bench.breaker.state == .open(until: .second(5)))
    }

    @Test func `a change of state is told to the reporter`() {
        let bench = BreakerBench()

        let answers = (1...6).map { _ in bench.report(.failure, at: 0) }

        #expect(answers == [false, false, false, false, true, false])
    }

    @Test func `a pause varies by a fifth either way`() {
        var pauses: Set<UInt64> = []

        for seed in 0..<200 {
            let bench = BreakerBench(seed: UInt64(seed)) { $0.jitter = 0.2 }
            bench.report(.failure, times: 5, at: 0)
            guard case .open(let until) = bench.breaker.state else { continue }
            pauses.insert(until.nanoseconds / 1_000_000)
        }

        #expect(pauses.allSatisfy { (4_000...6_000).contains($0) })
        #expect((pauses.min() ?? 0) < 4_200 && (pauses.max() ?? 0) > 5_800)
    }

    @Test func `new settings hold at once and keep what was learnt`() {
        let bench = BreakerBench()
        bench.report(.failure, times: 3, at: 0)

        bench.update { $0.consecutiveFailures = 4 }
        bench.report(.failure, at: 0)

        #expect(bench.breaker.state == .open(until: .second(5)))
    }
}
