import Base
import Testing

@testable import Policy
@testable import Proxy

@Suite struct StatusReportTests {
    @Test func `one ready endpoint is enough`() {
        let report = StatusReport.example(.ready, .loading)

        #expect(report.isReady)
        #expect(report.checks.contains { $0.warning?.contains("b:2 loading") == true })
    }

    @Test(arguments: [HealthState.loading, .stalled, .faulted])
    func `a model that is not ready is named with its evidence`(_ state: HealthState) {
        let report = StatusReport.example(state)

        #expect(!report.isReady)
        #expect(report.checks.contains { $0.problem == "a:1 \(state.rawValue): seen" })
    }

    @Test func `a drain turns readiness and the state`() {
        var report = StatusReport.example(.ready)
        report.drain = .refusing(until: report.now)

        #expect(!report.isReady)
        #expect(report.state == .draining)
        #expect(report.isModelAlive)
    }

    @Test func `an open breaker is a warning unless it is to fail readiness`() {
        var report = StatusReport.example(.ready)
        report.upstreams[0].endpoints[0].breaker = .open(until: report.now)
        let isReadyByDefault = report.isReady
        report.upstreams[0].breakerFailsReadiness = true

        #expect(isReadyByDefault)
        #expect(!report.isReady)
    }

    @Test func `a worker that does not turn is not ready`() {
        var report = StatusReport.example(.ready)
        report.isTurning = false

        #expect(!report.isReady)
    }

    @Test func `a failed reload is a warning`() {
        var report = StatusReport.example(.ready)
        report.lastReload = .init(at: report.now, problems: ["sidecar.json5:1:1: x"])

        #expect(report.isReady)
        #expect(report.checks.contains { $0.warning?.contains("sidecar.json5:1:1") == true })
    }

    @Test func `points of the clock are told in wall time`() {
        let report = StatusReport.example(.ready)

        #expect(
            report.wall(Instant(nanoseconds: 4_000_000_000)) == 1_800_000_000_000_000_000
                - 1_000_000_000
        )
        #expect(report.wall(Instant(nanoseconds: 6_000_000_000)) == 1_800_000_001_000_000_000)
    }
}

extension StatusReport {
    /// A sidecar five seconds old, with endpoints in these states.
    static func example(_ states: HealthState...) -> StatusReport {
        let start = Instant(nanoseconds: 0)
        let endpoints = zip(["a:1", "b:2", "c:3"], states).map { name, state in
            Endpoint(
                name: name,
                state: state,
                since: start.advanced(by: .seconds(1)),
                isReady: state.isReady,
                isAlive: !state.isSick,
                hasBeenReady: true,
                expectedReadyIn: nil,
                breaker: .closed,
                failuresInARow: 0,
                breakerOpenSince: nil,
                inFlight: 0,
                history: [
                    HealthChange(
                        state: state,
                        at: start.advanced(by: .seconds(1)),
                        evidence: "seen"
                    )
                ]
            )
        }
        let upstream = Upstream(
            name: "model",
            engine: "generic",
            state: states[0],
            endpoints: endpoints,
            inFlight: 0,
            concurrency: 64,
            depth: 0,
            queue: 128,
            serviceTime: .milliseconds(20),
            retriesInFlight: 0,
            retryLimit: 3,
            breakerFailsReadiness: false
        )
        return StatusReport(
            service: "model",
            modelVersion: "v1",
            productVersion: "0.0.0",
            now: start.advanced(by: .seconds(5)),
            wall: 1_800_000_000_000_000_000,
            startedAt: start,
            isTurning: true,
            hasStarted: true,
            drain: .serving,
            generation: 1,
            lastReload: nil,
            requests: 0,
            connections: 0,
            connectionLimit: 100,
            bufferedBytes: 0,
            upstreams: [upstream]
        )
    }
}
