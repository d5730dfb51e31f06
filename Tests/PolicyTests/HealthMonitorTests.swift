import Base
import Policy
import Testing

@Suite struct HealthMonitorTests {
    // Loading and ready.

    @Test func `a model that nobody has met is loading`() {
        let bench = HealthBench()

        #expect(bench.state == .loading)
        #expect(!bench.monitor.isReady && !bench.monitor.hasBeenReady)
        #expect(!bench.monitor.hasEvidence)
        #expect(bench.isLive(at: 1e6))
    }

    @Test func `a good check makes it ready, and it has been ready from then on`() {
        let bench = HealthBench()

        bench.check(.good, at: 3)
        #expect(bench.state == .ready && bench.monitor.isReady)
        #expect(bench.monitor.since == .second(3))
        bench.refuse(at: 9)

        #expect(bench.state == .loading && bench.monitor.hasBeenReady)
    }

    @Test func `so many good checks in a row are asked for`() {
        let bench = HealthBench { $0.healthyAfter = 2 }

        bench.check(.good, at: 1)
        bench.check(.bad, at: 2)
        bench.check(.good, at: 3)
        bench.check(.loading, at: 4)
        bench.check(.good, at: 5)
        #expect(bench.state == .loading)
        bench.check(.good, at: 6)

        #expect(bench.state == .ready)
    }

    @Test(arguments: [HealthBench.Check.refused, .loading])
    func `refused or still loading means that it was restarted`(_ check: HealthBench.Check) {
        let bench = HealthBench.ready()

        bench.check(check, at: 10)

        #expect(bench.state == .loading && !bench.monitor.isReady)
        #expect(bench.monitor.since == .second(10))
        #expect(bench.isLive(at: 1e6))
    }

    @Test func `a request that succeeds is as good as a check`() {
        let bench = HealthBench()

        bench.succeed(at: 1)

        #expect(bench.state == .ready && bench.monitor.hasEvidence)
    }

    @Test func `what remains of loading goes by the last load`() {
        let bench = HealthBench()
        bench.check(.refused, at: 1)
        #expect(bench.expectedReady(at: 1) == nil)
        bench.check(.good, at: 40)
        #expect(bench.expectedReady(at: 40) == .zero)

        bench.refuse(at: 100)

        #expect(bench.expectedReady(at: 110) == .seconds(30))
        #expect(bench.expectedReady(at: 140) == .zero)
        #expect(bench.expectedReady(at: 141) == nil)
    }

    @Test func `a model found ready taught nothing about loading`() {
        let bench = HealthBench.ready()

        bench.refuse(at: 100)

        #expect(bench.expectedReady(at: 101) == nil)
    }

    @Test func `refusals while loading are no news`() {
        let bench = HealthBench()

        for second in 1...50 { bench.check(.refused, at: Double(second)) }

        #expect(bench.monitor.history.map(\.evidence) == ["connection refused"])
    }

    // Busy.

    @Test func `at its limit it is busy, below ready, and served either way`() {
        let bench = HealthBench.ready()

        bench.inFlight(2, limit: 2, at: 5)
        #expect(bench.state == .busy && bench.monitor.isReady)
        #expect(bench.monitor.since == .second(5))
        bench.inFlight(1, limit: 2, at: 6)

        #expect(bench.state == .ready)
        #expect(bench.monitor.since == .second(6))
        #expect(bench.monitor.history.map(\.state) == [.ready])
    }

    // Probes of kubelet.

    @Test func `the liveness probe fails after 30 s of sickness`() {
        let stalled = HealthBench.ready()
        stalled.stall(from: 0)
        let faulted = HealthBench.ready()
        for _ in 0..<3 { faulted.fault(at: 60) }

        for bench in [stalled, faulted] {
            #expect(bench.isLive(at: 89.9))
            #expect(!bench.isLive(at: 90))
            bench.drain(true, at: 91)
            #expect(bench.isLive(at: 200))
        }
    }

    // Draining.

    @Test func `draining covers whatever holds below it`() {
        let bench = HealthBench.ready()

        bench.drain(true, at: 5)
        #expect(bench.state == .draining && !bench.monitor.isReady)
        #expect(bench.monitor.since == .second(5))
        bench.refuse(at: 6)
        #expect(bench.state == .draining && bench.monitor.since == .second(5))
        bench.drain(false, at: 7)

        #expect(bench.state == .loading && bench.monitor.since == .second(7))
    }

    // Active checks.

    @Test func `the first check is due at once, and one at a time`() {
        let bench = HealthBench()

        #expect(bench.monitor.nextCheck == .second(0))
        bench.startCheck()
        #expect(bench.monitor.nextCheck == nil)
    }

    @Test func `a check is due when no byte came for the interval`() {
        let bench = HealthBench.ready()

        #expect(bench.monitor.nextCheck == .second(5))
        bench.bytes(at: 4)
        #expect(bench.monitor.nextCheck == .second(9))
        bench.inFlight(5, at: 8.9)
        #expect(bench.monitor.nextCheck == .second(9))
    }

    @Test func `a loading model is asked every second, or as often as set`() {
        let usual = HealthBench()
        usual.check(.refused, at: 10)
        let eager = HealthBench { $0.interval = .milliseconds(100) }
        eager.check(.refused, at: 10)

        #expect(usual.monitor.nextCheck == .second(11))
        #expect(eager.monitor.nextCheck == .second(10.1))
    }

    // History.

    @Test func `the last twenty changes are kept with their evidence`() {
        let bench = HealthBench()

        for round in 0..<30 {
            bench.check(.good, at: Double(round))
            bench.refuse(at: Double(round) + 0.5)
        }

        let history = bench.monitor.history
        #expect(history.count == 20)
        #expect(history.first?.at == .second(20))
        #expect(history.last?.state == .loading)
        #expect(history.first?.evidence == "health check succeeded")
    }

    @Test(arguments: 1...20) func `no schedule leads out of the six states' rules`(_ seed: Int) {
        var random = RandomSource(seed: UInt64(seed))
        let bench = HealthBench()
        var now = 0.0

        for _ in 0..<1_000 {
            now += Double(random.below(20_000)) / 1_000
            bench.disturb(at: now, &random)
            #expect(bench.monitor.since <= .second(now))
            #expect(!bench.monitor.isReady || bench.state.isReady)
            #expect(bench.isLive(at: now) || bench.state.isSick)
        }
        bench.drain(false, at: now)
        bench.refuse(at: now)
        #expect(bench.state == .loading)
        bench.check(.good, at: now)

        #expect(bench.monitor.isReady)
    }
}

extension HealthBench {
    fileprivate func disturb(at now: Double, _ random: inout RandomSource) {
        switch random.below(12) {
        case 0: check(.good, at: now)
        case 1: check(.refused, at: now)
        case 2: check(.loading, at: now)
        case 3, 4: check(.bad, at: now)
        case 5: bytes(at: now)
        case 6: succeed(at: now)
        case 7: fault(matches: random.below(4) > 0, at: now)
        case 8: inFlight(Int(random.below(3)), limit: 2, at: now)
        case 9: breaker(openSince: random.below(2) == 0 ? nil : max(0, now - 50), at: now)
        case 10: drain(random.below(2) == 0, at: now)
        default: tick(at: now)
        }
    }

    @Test func `what the last check found is told, whatever it changed`() {
        let bench = HealthBench()
        bench.check(.bad, at: 1)
        #expect(bench.monitor.complaint == "no answer in 2 s")
        bench.check(.loading, at: 2)
        #expect(bench.monitor.complaint == "503 while loading")
        bench.check(.refused, at: 3)
        #expect(bench.monitor.complaint == "connection refused")

        bench.check(.good, at: 4)

        #expect(bench.monitor.complaint == nil)
    }
}
