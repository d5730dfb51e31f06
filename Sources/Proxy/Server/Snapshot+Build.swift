package import Base
package import Config
import Policy

extension Snapshot {
    /// Turns configuration into live tables; what `predecessor` knew of endpoints is kept.
    ///
    /// An upstream whose configuration is the same stays the same object: its connections, its
    /// queue and those who wait in it.
    package static func build(
        _ config: SidecarConfig,
        after predecessor: Snapshot?,
        cells: MetricCells,
        now: Instant
    ) -> Snapshot {
        var services = [(config.service, config.upstream)]
        services += config.outbound.map { ($0.service, $0.upstream) }
        let upstreams = services.enumerated().map { index, service in
            let name = service.0
            var upstream = service.1
            // A probe is lost when it is silent for longer than any request may be.
            if let firstByte = config.timeouts.firstByte {
                upstream.breaker.probeTimeout = firstByte
            }
            let before = predecessor?.upstreams.first { $0.name == name }
            if let before, before.index == index, before.config == upstream { return before }
            return Upstream(
                name: name,
                index: index,
                config: upstream,
                metrics: cells.service(name),
                endpointMetrics: upstream.endpoints.map {
                    cells.endpoint($0.description, of: name)
                },
                inheriting: before,
                now: now
            )
        }
        cells.keepOnly(upstreams)
        return Snapshot(
            config: config,
            generation: (predecessor?.generation ?? 0) + 1,
            upstreams: upstreams
        )
    }

    /// Where clients come in, and which upstream each way leads to.
    package var ports: [(way: Way, upstream: Int)] {
        config.listen.map { (Way(address: $0, service: nil), 0) }
            + config.outbound.enumerated().map {
                (Way(address: $1.listen, service: $1.service), $0 + 1)
            }
    }

    /// An address and what it serves: the model (`nil`) or an outbound service.
    ///
    /// The same in every snapshot, as indices are not; several may leave the port to the kernel.
    package struct Way: Hashable, Sendable {
        package let address: Address
        package let service: String?
    }

    /// Where each upstream of `former` stands here; the model's own is always the first.
    func places(of former: Snapshot) -> [Int?] {
        former.upstreams.enumerated().map { index, upstream in
            if index == 0 { return 0 }
            return upstreams.dropFirst().firstIndex { $0.name == upstream.name }
        }
    }
}
