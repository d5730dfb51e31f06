import Access
import Base
import Config
import Policy
import Reactor
import Routing
import Synchronization
import Telemetry

/// Everything the pages show, as it is now.
extension ControlLoop {
    mutating func report() -> StatusReport {
        let now = reactor.now
        let snapshot = server.snapshot
        let lifecycle = server.lifecycle
        var upstreams = snapshot.upstreams.map { $0.report(now: now) }
        var gateway: GatewayReport?
        if let own = snapshot.gateway {
            gateway = own.report(Array(upstreams.dropFirst()), now: now)
            upstreams = []
            hasStarted = true
        } else if upstreams.first?.endpoints.contains(where: \.hasBeenReady) == true {
            hasStarted = true
        }
        return StatusReport(
            service: snapshot.config.service,
            modelVersion: snapshot.config.version,
            productVersion: Product.version,
            now: now,
            wall: Clock.wall(),
            startedAt: startedAt,
            isTurning: pulses.allSatisfy { $0.isAlive(now: now) },
            hasStarted: hasStarted,
            drain: drain,
            generation: snapshot.generation,
            lastReload: lastReload,
            requests: lifecycle.requestCount,
            connections: lifecycle.connectionCount,
            connectionLimit: connectionLimit,
            bufferedBytes: lifecycle.bufferedBytes,
            upstreams: upstreams,
            gateway: gateway,
            certificates: snapshot.certificates
        )
    }
}

extension Gateway {
    /// What the pages show of it; `upstreams` are those of its targets, in their order.
    fileprivate func report(_ upstreams: [StatusReport.Upstream], now: Instant) -> GatewayReport {
        GatewayReport(
            routes: table.routes.map {
                .init(name: $0.name, path: $0.match.path, service: $0.service)
            },
            services: services.enumerated().map { place, rule in
                let versions = rule.versions.enumerated().map { index, version in
                    GatewayReport.Version(
                        name: version.text,
                        share: rule.share(of: index),
                        upstream: upstreams[chooser.target(service: place, version: index)]
                    )
                }
                return .init(
                    name: rule.name,
                    stickiness: rule.stickiness.text,
                    fallback: rule.fallback,
                    models: rule.models.isEmpty ? [rule.name] : rule.models,
                    versions: versions
                )
            },
            keySets: zip(issuers, gatekeeper.keySets).map { issuer, cell in
                .init(
                    issuer: issuer,
                    count: cell.current?.keys.count ?? 0,
                    age: cell.age(now: now),
                    isMissing: cell.current == nil
                )
            },
            apiKeys: apiKeyCount
        )
    }
}

extension ServiceRule {
    /// Percent of the requests that name no version which the version at `index` gets.
    fileprivate func share(of index: Int) -> Double {
        switch split {
        case .stable(let version): versions[index] == version ? 100 : 0
        case .percent(let shares): shares.indices.contains(index) ? shares[index] : 0
        }
    }
}

extension ServiceRule.Stickiness {
    /// As the configuration writes it.
    fileprivate var text: String {
        switch self {
        case .none: "none"
        case .tenant: "tenant"
        case .user: "user"
        case .header(let name): "header:\(name)"
        }
    }
}

extension Upstream {
    /// What the pages show of it.
    fileprivate func report(now: Instant) -> StatusReport.Upstream {
        let served = metrics.durations.totals
        return state.withLock { state in
            StatusReport.Upstream(
                name: name.description,
                engine: config.engine.rawValue,
                state: state.state,
                endpoints: state.endpoints.map { $0.report(now: now) },
                inFlight: state.admission.inFlight,
                concurrency: config.admission.concurrency,
                depth: state.admission.depth,
                queue: config.admission.queue,
                serviceTime: state.admission.serviceTime,
                retriesInFlight: state.budget.inFlight,
                retryLimit: state.budget.limit(requestsInFlight: state.admission.inFlight),
                breakerFailsReadiness: config.health.breakerFailsReadiness,
                requests: Int(clamping: served.requests),
                errors: Int(clamping: served.errors)
            )
        }
    }
}

extension EndpointState {
    fileprivate func report(now: Instant) -> StatusReport.Endpoint {
        StatusReport.Endpoint(
            name: name.description,
            state: health.state,
            since: health.since,
            isReady: health.isReady && isWilling(now: now),
            isAlive: health.upstreamLivez(now: now),
            hasBeenReady: health.hasBeenReady,
            expectedReadyIn: health.expectedReadyIn(now: now),
            breaker: breaker.state,
            failuresInARow: breaker.failuresInARow,
            breakerOpenSince: breaker.openSince,
            inFlight: inFlight,
            reportedLoad: reportedLoad,
            isWilling: isWilling(now: now),
            complaint: health.complaint,
            history: health.history
        )
    }
}
