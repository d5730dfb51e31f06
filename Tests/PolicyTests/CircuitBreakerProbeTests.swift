import Base
import Policy
import Testing

@Suite struct CircuitBreakerProbeTests {
    @Test func `one request probes when the pause is over`() {
        let bench = opened()

        #expect(!bench.breaker.mayAdmit(now: .second(4.9)))
        #expect(bench.breaker.mayAdmit(now: .second(5)))
        #expect(bench.admit(at: 5) == .probe(epoch: 1))

        #expect(bench.breaker.state == .halfOpen)
        #expect(!bench.breaker.mayAdmit(now: .second(5)))
        #expect(bench.admit(at: 5) == .rejected(retryAt: .second(6)))
    }

    @Test func `its first good body byte closes the breaker`() {
        let bench = opened()
        let probe = bench.admit(at: 5)

        #expect(bench.answered(probe, at: 6))

        #expect(bench.breaker.state == .closed)
        #expect(bench.breaker.openSince == nil)
        #expect(bench.breaker.failuresInARow == 0)
        #expect(bench.admit(at: 6) == .admitted)
        #expect(!bench.answered(probe, at: 7))
    }

    @Test func `a probe without a body closes it at its end`() {
        let bench = opened()
        let probe = bench.admit(at: 5)

        #expect(bench.report(.success, of: probe, at: 6))

        #expect(bench.breaker.state == .closed)
    }

    @Test func `what happens to the stream later counts as any outcome`() {
        let bench = opened()
        let probe = bench.admit(at: 5)
        _ = bench.answered(probe, at: 6)

        bench.report(.failure, of: probe, at: 60)
        #expect(bench.breaker.failuresInARow == 1)
        bench.report(.failure, times: 4, at: 60)

        #expect(bench.breaker.state == .open(until: .second(65)))
    }

    @Test func `failures from before it opened are not held against it later`() {
        let bench = opened()
        _ = bench.answered(bench.admit(at: 5), at: 6)

        bench.report(.failure, times: 4, at: 7)

        #expect(bench.breaker.state == .closed)
    }

    @Test func `a failed probe opens it for twice as long, at most for maxOpenFor`() {
        let bench = opened()
        var pauses: [Double] = []
        var now = 5.0

        for outcome in [CircuitBreaker.Outcome.failure, .serverError(caller: 1)] + [.failure] * 4 {
            bench.report(outcome, of: bench.admit(at: now), at: now)
            guard case .open(let until) = bench.breaker.state else { break }
            let end = Double(until.nanoseconds) / 1e9
            pauses.append(end - now)
            now = end
        }

        #expect(pauses == [10, 20, 40, 60, 60, 60])
        #expect(bench.breaker.openSince == .second(0))
    }

    @Test func `after it closed the pause begins at openFor again`() {
        let bench = opened()
        bench.report(.failure, of: bench.admit(at: 5), at: 5)
        _ = bench.answered(bench.admit(at: 15), at: 15)

        bench.report(.failure, times: 5, at: 20)

        #expect(bench.breaker.state == .open(until: .second(25)))
        #expect(bench.breaker.openSince == .second(20))
    }

    @Test func `a probe whose client left frees its place at once`() {
        let bench = opened()
        bench.report(.cancelled, of: bench.admit(at: 5), at: 6)
        #expect(bench.breaker.mayAdmit(now: .second(6)))

        let next = bench.admit(at: 6)
        #expect(next == .probe(epoch: 1))
        bench.release(next)

        #expect(bench.admit(at: 6) == .probe(epoch: 1))
        #expect(bench.admit(at: 6).isRejected)
    }

    @Test func `a copy frees the places of probes that it will not hear of`() {
        let bench = opened()
        _ = bench.admit(at: 5)
        var copy = bench.breaker

        copy.abandonProbes()

        #expect(copy.mayAdmit(now: .second(5)))
        #expect(!bench.breaker.mayAdmit(now: .second(5)))
    }

    @Test func `a lost probe frees its place after the probe timeout`() {
        let bench = opened()
        _ = bench.admit(at: 5)

        #expect(bench.admit(at: 604.9).isRejected)
        #expect(bench.breaker.mayAdmit(now: .second(605)))
        #expect(bench.admit(at: 605) == .probe(epoch: 2))
    }

    @Test func `a late report of an earlier probe is ignored`() {
        let bench = opened()
        let lost = bench.admit(at: 5)
        let current = bench.admit(at: 605)

        bench.report(.failure, of: lost, at: 606)
        bench.report(.cancelled, of: lost, at: 606)
        #expect(!bench.answered(lost, at: 606))
        #expect(bench.breaker.state == .halfOpen)
        #expect(bench.admit(at: 606).isRejected)
        _ = bench.answered(current, at: 607)
        bench.report(.failure, of: lost, at: 608)

        #expect(bench.breaker.failuresInARow == 0)
    }

    @Test func `requests from before do not decide a half-open breaker`() {
        let bench = opened()
        _ = bench.admit(at: 5)

        bench.report(.success, at: 6)
        bench.report(.failure, times: 9, at: 6)
        bench.report(.cancelled, at: 6)

        #expect(bench.breaker.state == .halfOpen)
        #expect(bench.admit(at: 6).isRejected)
    }

    @Test func `several probes go out where that is allowed, one success suffices`() {
        let bench = opened { $0.halfOpenProbes = 2 }

        let first = bench.admit(at: 5)
        let second = bench.admit(at: 5)
        #expect(first == second && first == .probe(epoch: 1))
        #expect(bench.admit(at: 5).isRejected)
        bench.report(.cancelled, of: second, at: 6)
        #expect(!bench.admit(at: 6).isRejected)
        _ = bench.answered(first, at: 7)

        #expect(bench.breaker.state == .closed)
    }

    @Test func `admission ramps up after closing`() {
        let bench = opened { $0.rampUp = .seconds(10) }
        _ = bench.answered(bench.admit(at: 5), at: 10)

        let shares = [10, 12.5, 15, 17.5, 19.9].map { bench.shareAdmitted(at: $0) }

        #expect(zip(shares, [0.1, 0.25, 0.5, 0.75, 0.99]).allSatisfy { abs($0 - $1) < 0.05 })
        #expect(bench.shareAdmitted(at: 20) == 1)
    }

    @Test func `a ramp's refusal names a time soon, not after its end`() {
        let bench = opened { $0.rampUp = .seconds(10) }
        _ = bench.answered(bench.admit(at: 5), at: 10)

        let early = (0..<100).map { _ in bench.admit(at: 10) }
        let late = (0..<1_000).map { _ in bench.admit(at: 19.5) }

        #expect(early.contains(.rejected(retryAt: .second(11))))
        #expect(late.contains(.rejected(retryAt: .second(20))))
    }

    @Test(arguments: 1...30) func `it is never wedged, whatever it is told`(_ seed: Int) {
        var random = RandomSource(seed: UInt64(seed))
        let bench = BreakerBench(seed: UInt64(seed)) {
            $0.halfOpenProbes = 1 + seed % 3
            $0.probeTimeout = .seconds(20)
            $0.jitter = 0.2
            $0.rampUp = .seconds(UInt64(seed % 4))
        }
        var out: [CircuitBreaker.Admission] = []
        var now = 0.0

        for _ in 0..<2_000 {
            now += random.unit()
            if random.below(3) > 0 {
                let admission = bench.admit(at: now)
                // One in five is lost: nobody will ever report it.
                if !admission.isRejected, random.below(5) > 0 { out.append(admission) }
            } else if !out.isEmpty {
                let admission = out.remove(at: Int(random.below(UInt64(out.count))))
                bench.reportAtRandom(admission, at: now, random: &random)
            }
        }
        // Longer than any pause with its jitter, and than the life of a lost probe.
        #expect(bench.breaker.mayAdmit(now: .second(now + 100)))
        let admissions = (0..<100).map { bench.admit(at: now + 100 + Double($0)) }

        #expect(admissions.contains { !$0.isRejected })
    }

    private func opened(
        _ change: (inout CircuitBreaker.Settings) -> Void = { _ in }
    ) -> BreakerBench {
        let bench = BreakerBench(change)
        bench.report(.failure, times: 5, at: 0)
        return bench
    }
}

extension BreakerBench {
    fileprivate func shareAdmitted(at seconds: Double) -> Double {
        let admitted = (0..<2_000).filter { _ in !admit(at: seconds).isRejected }
        return Double(admitted.count) / 2_000
    }

    fileprivate func reportAtRandom(
        _ admission: CircuitBreaker.Admission,
        at seconds: Double,
        random: inout RandomSource
    ) {
        switch random.below(6) {
        case 0: report(.success, of: admission, at: seconds)
        case 1: report(.serverError(caller: random.below(3)), of: admission, at: seconds)
        case 2: report(.cancelled, of: admission, at: seconds)
        case 3: if answered(admission, at: seconds) { report(.failure, of: admission, at: seconds) }
        default: report(.failure, of: admission, at: seconds)
        }
    }
}

private func * (outcomes: [CircuitBreaker.Outcome], count: Int) -> [CircuitBreaker.Outcome] {
    Array(repeating: outcomes, count: count).flatMap(\.self)
}
