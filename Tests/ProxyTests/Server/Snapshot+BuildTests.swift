import Base
import Config
import Policy
import Synchronization
import Telemetry
import Testing

@testable import Proxy

@Suite struct SnapshotBuildTests {
    private let now = Instant(nanoseconds: 1_000_000_000)

    @Test func `a reload keeps breakers of endpoints that stay`() {
        let cells = MetricCells(version: "0")
        let first = Snapshot.build(
            .sidecar(config(openAfter: 1)),
            after: nil,
            cells: cells,
            now: now
        )
        fail(first.upstreams[0])

        let second = Snapshot.build(
            .sidecar(config(openAfter: 2)),
            after: first,
            cells: cells,
            now: now
        )

        #expect(second.generation == first.generation + 1)
        #expect(second.upstreams[0].serial != first.upstreams[0].serial)
        #expect(isOpen(second.upstreams[0]))
    }

    @Test func `an endpoint of another name starts afresh`() {
        let cells = MetricCells(version: "0")
        let first = Snapshot.build(
            .sidecar(config(openAfter: 1)),
            after: nil,
            cells: cells,
            now: now
        )
        fail(first.upstreams[0])
        var moved = config(openAfter: 1)
        moved.upstream.endpoints = [.host("127.0.0.1", port: 9_000)]

        let second = Snapshot.build(.sidecar(moved), after: first, cells: cells, now: now)

        #expect(!isOpen(second.upstreams[0]))
    }

    @Test func `an upstream that is left alone stays the same`() {
        let cells = MetricCells(version: "0")
        let first = Snapshot.build(
            .sidecar(config(openAfter: 1)),
            after: nil,
            cells: cells,
            now: now
        )
        var changed = config(openAfter: 1)
        changed.server.timeouts.idle = .seconds(1)

        let second = Snapshot.build(.sidecar(changed), after: first, cells: cells, now: now)

        #expect(second.upstreams[0] === first.upstreams[0])
    }

    @Test func `a reload does not wait for a probe it never hears of`() {
        let cells = MetricCells(version: "0")
        let first = Snapshot.build(
            .sidecar(config(openAfter: 1)),
            after: nil,
            cells: cells,
            now: now
        )
        fail(first.upstreams[0])
        let later = now.advanced(by: .seconds(60))
        #expect(admits(first.upstreams[0], later))
        #expect(!admits(first.upstreams[0], later))

        let second = Snapshot.build(
            .sidecar(config(openAfter: 2)),
            after: first,
            cells: cells,
            now: later
        )

        #expect(admits(second.upstreams[0], later))
    }

    @Test func `a probe is lost after the first-byte timeout`() {
        var config = config(openAfter: 1)
        config.server.timeouts.firstByte = .seconds(7)

        let snapshot = Snapshot.build(
            .sidecar(config),
            after: nil,
            cells: MetricCells(version: "0"),
            now: now
        )

        #expect(snapshot.upstreams[0].config.breaker.probeTimeout == .seconds(7))
    }

    @Test func `each way in leads to its upstream`() {
        var config = SidecarConfig()
        var outbound = OutboundConfig()
        outbound.service = "embeddings"
        config.outbound = [outbound]

        let snapshot = Snapshot.build(
            .sidecar(config),
            after: nil,
            cells: MetricCells(version: "0"),
            now: now
        )

        #expect(
            snapshot.upstreams.map(\.name) == [ServiceName("model"), ServiceName("embeddings")]
        )
        #expect(snapshot.ports.map(\.upstream) == [0, 1])
        #expect(snapshot.ports[1].way.address == outbound.listen)
    }

    private func config(openAfter failures: Int) -> SidecarConfig {
        var config = SidecarConfig()
        config.upstream.breaker.consecutiveFailures = failures
        return config
    }

    private func fail(_ upstream: Upstream) {
        let now = now
        upstream.state.withLock { state in
            state.isChecked = true
            state.endpoints[0].health.checkSucceeded(now: now)
            var random = RandomSource(seed: 1)
            state.endpoints[0].breaker.record(
                .failure,
                admission: .admitted,
                now: now,
                random: &random
            )
        }
    }

    private func admits(_ upstream: Upstream, _ now: Instant) -> Bool {
        var random = RandomSource(seed: 1)
        switch upstream.choose(key: 0, avoiding: nil, now: now, random: &random) {
        case .success: return true
        case .failure: return false
        }
    }

    private func isOpen(_ upstream: Upstream) -> Bool {
        upstream.state.withLock { state in
            if case .open = state.endpoints[0].breaker.state { true } else { false }
        }
    }
}
