import Base
import Config
import Routing
import Synchronization
import Testing

@testable import Proxy

@Suite struct ResolvedNamesTests {
    private let name = Address.dns("models", port: 80)
    private let one = Address.host("10.0.0.1", port: 80)
    private let two = Address.host("10.0.0.2", port: 80)
    private let now = Instant(nanoseconds: 1_000_000_000)

    @Test func `a name stands for what was found, each address once`() {
        var names = ResolvedNames()
        let isNew = names.set(name, [two, one])
        let isNewAgain = names.set(name, [one, two])

        #expect(isNew)
        #expect(!isNewAgain)
        #expect(names.addresses(of: [two, name]) == [two, one])
        #expect(!names.isMissing(in: [name, one]))
        #expect(names.isMissing(in: [.dns("other", port: 80)]))
    }

    @Test func `the addresses of one name are bounded`() {
        var names = ResolvedNames()
        _ = names.set(name, (0..<100).map { .host("10.0.1.\($0)", port: 80) })

        #expect(names.addresses(of: [name]).count == ResolvedNames.addressesMax)
    }

    @Test func `other addresses make a snapshot of the same generation`() {
        let cells = MetricCells(version: "0")
        var names = ResolvedNames()
        _ = names.set(name, [one])
        let first = Snapshot.build(gateway, names: names, after: nil, cells: cells, now: now)
        _ = names.set(name, [one, two])
        let second = first.renamed(names, cells: cells, now: now)
        let third = second.renamed(names, cells: cells, now: now)

        #expect(second.generation == first.generation)
        #expect(second.upstreams[0] === first.upstreams[0])
        #expect(second.upstreams[1].config.endpoints == [one, two])
        #expect(second.upstreams[1].places == [name])
        #expect(third.upstreams[1] === second.upstreams[1])
    }

    @Test func `a name that was never found is waited for, but not long`() {
        let cells = MetricCells(version: "0")
        let snapshot = Snapshot.build(gateway, after: nil, cells: cells, now: now)
        let soon = now.advanced(by: .milliseconds(1_999))
        let later = now.advanced(by: .seconds(2))

        #expect(decision(snapshot.upstreams[1], soon) == "notYet")
        #expect(decision(snapshot.upstreams[1], later) == "noHealthyEndpoint")
    }

    @Test func `a name that stands for nothing is not waited for`() {
        var names = ResolvedNames()
        _ = names.set(name, [])
        let snapshot = Snapshot.build(
            gateway,
            names: names,
            after: nil,
            cells: MetricCells(version: "0"),
            now: now
        )

        #expect(decision(snapshot.upstreams[1], now) == "noHealthyEndpoint")
    }

    private func decision(_ upstream: Upstream, _ now: Instant) -> String {
        switch upstream.state.withLock({ $0.unavailability(now: now) }) {
        case .notYet: "notYet"
        case .refused(let refusal): "\(refusal.reason)"
        default: "other"
        }
    }

    private var gateway: ProxyConfig {
        var config = GatewayConfig()
        guard let version = SemanticVersion("1.0.0") else { return .gateway(config) }
        var rule = ServiceRule(name: "echo", split: .stable(version))
        rule.versions = [version]
        var service = ServiceConfig(rule: rule)
        var place = VersionConfig()
        place.endpoints = [name]
        service.versions = [place]
        config.services = [service]
        return .gateway(config)
    }
}
