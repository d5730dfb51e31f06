import Base
import Policy
import Testing

/// What makes a model stalled or faulted, and what ends that.
@Suite struct HealthMonitorSicknessTests {
    // Stalled.

    @Test func `in flight, silent for 60 s, and three failed checks: stalled`() {
        let bench = HealthBench.ready()

        bench.stall(from: 10)

        #expect(bench.state == .stalled && !bench.monitor.isReady)
        #expect(bench.monitor.since == .second(70))
        #expect(bench.monitor.history.last?.evidence == "no byte for 60 s and 3 checks failed")
    }

    @Test func `each of the three alone is not enough`() {
        let silent = HealthBench.ready()
        silent.inFlight(1, at: 0)
        silent.tick(at: 1_000)
        let failing = HealthBench.ready()
        failing.inFlight(1, at: 0)
        for second in [10.0, 20, 30, 40] { failing.check(.bad, at: second) }
        let idle = HealthBench.ready()
        for second in [10.0, 20, 300] { idle.check(.bad, at: second) }

        #expect(silent.state == .ready && silent.monitor.isReady)
        #expect(failing.state == .ready && failing.monitor.isReady)
        #expect(idle.state == .ready)
    }

    @Test func `silence is counted from the first request or the last byte`() {
        let bench = HealthBench.ready()
        bench.inFlight(1, at: 100)
        bench.bytes(at: 130)
        bench.inFlight(2, at: 131)
        for second in [150.0, 160, 170] { bench.check(.bad, at: second) }

        bench.tick(at: 189)
        #expect(bench.state == .ready)
        bench.tick(at: 190)

        #expect(bench.state == .stalled)
    }

    @Test func `the checks that failed must be the last ones, in a row`() {
        let bench = HealthBench.ready()
        bench.inFlight(1, at: 0)
        for second in [20.0, 30] { bench.check(.bad, at: second) }
        bench.check(.good, at: 40)
        for second in [70.0, 80] { bench.check(.bad, at: second) }
        #expect(bench.state == .ready)

        bench.check(.bad, at: 90)

        #expect(bench.state == .stalled)
    }

    @Test func `a slow check while bytes flow is not a failure`() {
        let bench = HealthBench.ready()
        bench.inFlight(1, at: 0)

        for round in 0..<20 {
            bench.bytes(at: Double(round) * 5)
            bench.check(.bad, at: Double(round) * 5 + 4)
        }
        bench.tick(at: 159)

        #expect(bench.state == .ready && bench.monitor.isReady)
    }

    @Test(arguments: ["byte", "check", "success"])
    func `whatever shows life ends it`(_ sign: String) {
        let bench = HealthBench.ready()
        bench.stall(from: 0)
        #expect(bench.state == .stalled)

        switch sign {
        case "byte": bench.bytes(at: 80)
        case "check": bench.check(.good, at: 80)
        default: bench.succeed(at: 80)
        }

        #expect(bench.state == .ready && bench.monitor.since == .second(80))
    }

    @Test func `a refused connection turns stalled into loading`() {
        let bench = HealthBench.ready()
        bench.stall(from: 0)

        bench.refuse(at: 80)

        #expect(bench.state == .loading)
    }

    @Test func `an idle model that answers no check is not ready`() {
        let bench = HealthBench.ready()

        bench.check(.bad, at: 10)
        bench.check(.bad, at: 20)
        #expect(bench.monitor.isReady)
        bench.check(.bad, at: 30)
        #expect(!bench.monitor.isReady && bench.state == .ready)
        bench.check(.good, at: 40)

        #expect(bench.monitor.isReady)
    }

    // Faulted.

    @Test func `three fault answers in a row: faulted`() {
        let bench = HealthBench.ready()

        for second in 1...2 { bench.fault(at: Double(second)) }
        #expect(bench.state == .ready)
        bench.fault(at: 3)

        #expect(bench.state == .faulted && !bench.monitor.isReady)
    }

    @Test(arguments: [true, false])
    func `a success or another 5xx between ends the row`(_ isSuccess: Bool) {
        let bench = HealthBench.ready()

        for second in 0..<10 {
            bench.fault(at: Double(second))
            bench.fault(at: Double(second))
            if isSuccess {
                bench.succeed(at: Double(second))
            } else {
                bench.fault(matches: false, at: Double(second))
            }
        }

        #expect(bench.state == .ready)
    }

    @Test func `a good check does not end faulted, a success does`() {
        let bench = HealthBench.ready()
        for _ in 0..<3 { bench.fault(at: 1) }

        bench.check(.good, at: 2)
        bench.bytes(at: 2)
        #expect(bench.state == .faulted)
        bench.succeed(at: 3)

        #expect(bench.state == .ready)
    }

    @Test func `a refused connection turns faulted into loading`() {
        let bench = HealthBench.ready()
        for _ in 0..<3 { bench.fault(at: 1) }

        bench.refuse(at: 2)

        #expect(bench.state == .loading)
    }

    @Test func `a breaker open for 60 s without a success: faulted`() {
        let bench = HealthBench.ready()
        bench.breaker(openSince: 10, at: 10)

        bench.tick(at: 69)
        #expect(bench.state == .ready)
        bench.tick(at: 70)

        #expect(bench.state == .faulted)
        #expect(bench.monitor.history.last?.evidence == "breaker open for 60 s")
    }

    @Test func `a success between, or a breaker that closed, starts anew`() {
        let bench = HealthBench.ready()
        bench.breaker(openSince: 10, at: 10)

        bench.succeed(at: 50)
        bench.tick(at: 100)
        #expect(bench.state == .ready)
        bench.breaker(openSince: nil, at: 105)
        bench.tick(at: 200)

        #expect(bench.state == .ready)
    }
}
