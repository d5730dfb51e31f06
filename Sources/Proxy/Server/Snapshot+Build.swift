package import Base
package import Config
import Crypto
import Policy
import Routing

extension Snapshot {
    /// Turns configuration into live tables; what `predecessor` knew of endpoints is kept.
    ///
    /// An upstream whose configuration is the same stays the same object: its connections, its
    /// queue and those who wait in it.
    ///
    /// `names` are the addresses that names of endpoints stand for now.
    package static func build(
        _ config: ProxyConfig,
        names: ResolvedNames = ResolvedNames(),
        after predecessor: Snapshot?,
        cells: MetricCells,
        now: Instant
    ) -> Snapshot {
        let plans = Self.plans(config, names).map { plan in
            var plan = plan
            // A probe is lost when it is silent for longer than any request may be.
            if let firstByte = config.server.timeouts.firstByte {
                plan.config.breaker.probeTimeout = firstByte
            }
            return plan
        }
        return Snapshot(
            config: config.server,
            role: role(config, after: predecessor, cells: cells),
            generation: (predecessor?.generation ?? 0) + 1,
            upstreams: upstreams(plans, after: predecessor, cells: cells, now: now),
            ports: ports(config)
        )
    }

    /// The same configuration, where the names of endpoints stand for other addresses.
    func renamed(_ names: ResolvedNames, cells: MetricCells, now: Instant) -> Snapshot {
        let plans = upstreams.map { upstream in
            Plan(
                name: upstream.name,
                config: upstream.config,
                places: upstream.places,
                names: names
            )
        }
        return Snapshot(
            config: config,
            role: role,
            generation: generation,
            upstreams: Self.upstreams(plans, after: self, cells: cells, now: now),
            ports: ports
        )
    }

    private static func upstreams(
        _ plans: [Plan],
        after predecessor: Snapshot?,
        cells: MetricCells,
        now: Instant
    ) -> [Upstream] {
        let upstreams = plans.enumerated().map { index, plan in
            let before = predecessor?.upstreams.first { $0.name == plan.name }
            if let before, before.index == index, before.config == plan.config,
                before.places == plan.places
            {
                return before
            }
            return Upstream(
                name: plan.name,
                index: index,
                config: plan.config,
                places: plan.places,
                hosts: plan.hosts,
                isUnresolved: plan.isUnresolved,
                metrics: cells.service(plan.name),
                endpointMetrics: plan.config.endpoints.map {
                    cells.endpoint($0.description, of: plan.name)
                },
                inheriting: before,
                now: now
            )
        }
        cells.keepOnly(upstreams)
        return upstreams
    }

    /// An upstream to be: its name and what it was told.
    private struct Plan {
        var name: ServiceName
        var config: UpstreamConfig
        /// The endpoints as they were configured, names as names.
        var places: [Address]
        /// The name of each endpoint of `config`, which need not be its address.
        var hosts: [String]
        /// Nobody has told yet what its names stand for.
        var isUnresolved = false

        init(name: ServiceName, config: UpstreamConfig) {
            self.name = name
            self.config = config
            places = config.endpoints
            hosts = config.endpoints.map(\.hostName)
        }

        /// Endpoints are what `places` stand for.
        init(name: ServiceName, config: UpstreamConfig, places: [Address], names: ResolvedNames) {
            self.name = name
            self.config = config
            self.places = places
            let named = names.named(places)
            self.config.endpoints = named.map(\.address)
            hosts = named.map(\.host)
            isUnresolved = self.config.endpoints.isEmpty && names.isMissing(in: places)
        }
    }

    private static func role(
        _ config: ProxyConfig,
        after predecessor: Snapshot?,
        cells: MetricCells
    ) -> Role {
        switch config {
        case .sidecar(let sidecar):
            return .sidecar(Sidecar(sidecar.identity, service: sidecar.server.service))
        case .gateway(let gateway):
            return .gateway(Gateway(gateway, after: predecessor?.gateway, cells: cells))
        }
    }

    private static func plans(_ config: ProxyConfig, _ names: ResolvedNames) -> [Plan] {
        switch config {
        case .sidecar(let sidecar):
            [
                Plan(
                    name: ServiceName(sidecar.server.service, version: sidecar.server.version),
                    config: sidecar.upstream
                )
            ]
                + sidecar.outbound.map { Plan(name: ServiceName($0.service), config: $0.upstream) }
        case .gateway(let gateway):
            [door(gateway)] + gateway.services.flatMap { plans(of: $0, names) }
        }
    }

    /// The upstream of requests that have no target yet, and of those that never get one.
    private static func door(_ gateway: GatewayConfig) -> Plan {
        var config = UpstreamConfig()
        config.endpoints = []
        return Plan(name: ServiceName(gateway.server.service), config: config)
    }

    private static func plans(of service: ServiceConfig, _ names: ResolvedNames) -> [Plan] {
        zip(service.rule.versions, service.versions).map { version, place in
            var config = service.policies
            config.peer = .sidecar
            return Plan(
                name: ServiceName(service.rule.name, version: version.text),
                config: config,
                places: place.endpoints,
                names: names
            )
        }
    }

    private static func ports(_ config: ProxyConfig) -> [Port] {
        let own = config.server.listen.map { listener in
            Port(
                way: Way(address: listener.address, service: nil),
                upstream: 0,
                door: Door(tls: config.server.tls(of: listener), speech: listener.speech)
            )
        }
        guard case .sidecar(let sidecar) = config else { return own }
        return own
            + sidecar.outbound.enumerated().map {
                Port(
                    way: Way(address: $1.listen, service: $1.service),
                    upstream: $0 + 1,
                    door: Door()
                )
            }
    }

    /// Where clients come in, and which upstream the way leads to.
    package struct Port: Sendable {
        package let way: Way
        package let upstream: Int
        let door: Door
    }

    /// What clients speak where they come in.
    struct Door: Sendable {
        /// What is shown to them; `nil` where they come without TLS.
        var tls: TLSServer?
        var speech = ListenerConfig.Speech.auto
    }

    /// What clients speak at `address`, from where the way leads to `upstream`.
    func door(_ address: Address, upstream: Int) -> Door {
        ports.first { $0.way.address == address && $0.upstream == upstream }?.door ?? Door()
    }

    /// An address and what it serves: the model (`nil`) or an outbound service.
    ///
    /// The same in every snapshot, as indices are not; several may leave the port to the kernel.
    package struct Way: Hashable, Sendable {
        package let address: Address
        package let service: String?
    }

    /// Where each upstream of `former` stands here; the first is always the first.
    func places(of former: Snapshot) -> [Int?] {
        former.upstreams.enumerated().map { index, upstream in
            if index == 0 { return 0 }
            return upstreams.dropFirst().firstIndex { $0.name == upstream.name }
        }
    }
}
