import Config
import Synchronization
package import Telemetry

/// The metric cells of all services, kept over reloads so that counters never go back.
package final class MetricCells: Sendable {
    package let registry: MetricRegistry
    package let process: ProcessMetrics
    private let services = Mutex<[ServiceName: ServerMetrics]>([:])
    private let routes = Mutex<[[String]: Counter]>([:])
    private let certificates = Mutex<[String: Gauge]>([:])
    private let endpoints = Mutex<[String: EndpointMetrics]>([:])

    package init(version: String) {
        registry = MetricRegistry()
        process = ProcessMetrics(version: version, registry: registry)
    }

    /// The cells of a service, made when it is first heard of.
    func service(_ name: ServiceName) -> ServerMetrics {
        services.withLock { services in
            if let known = services[name] { return known }
            let made = ServerMetrics(
                service: name.service,
                version: name.version,
                registry: registry
            )
            services[name] = made
            return made
        }
    }

    /// The counter of a route's requests that ended in one way; made when it is first needed.
    ///
    /// `reason` is empty where the model answered. All values come from configuration or from the
    /// closed list of reasons.
    func route(_ route: String, _ name: ServiceName?, reason: String) -> Counter {
        let values = [route, name?.service ?? "", name?.version ?? "", reason]
        return routes.withLock { routes in
            if let known = routes[values] { return known }
            let made = Counter()
            registry.add(Catalogue.routeRequests, values, .counter(made))
            routes[values] = made
            return made
        }
    }

    /// The cells of one endpoint of a service.
    func endpoint(_ name: String, of service: ServiceName) -> EndpointMetrics {
        endpoints.withLock { endpoints in
            let key = "\(service) \(name)"
            if let known = endpoints[key] { return known }
            let made = EndpointMetrics(
                service: service.service,
                version: service.version,
                endpoint: name,
                registry: registry
            )
            endpoints[key] = made
            return made
        }
    }

    /// Shows when each certificate ends, and of no other any more.
    func show(_ shown: [ShownCertificate]) {
        certificates.withLock { gauges in
            for file in Array(gauges.keys) where !shown.contains(where: { $0.file == file }) {
                registry.remove(Catalogue.certificateExpiry, [file])
                gauges[file] = nil
            }
            for certificate in shown {
                let gauge = gauges[certificate.file] ?? Gauge()
                if gauges[certificate.file] == nil {
                    registry.add(Catalogue.certificateExpiry, [certificate.file], .gauge(gauge))
                    gauges[certificate.file] = gauge
                }
                gauge.set(certificate.validUntil.multipliedReportingOverflow(by: 1_000_000_000).0)
            }
        }
    }

    /// Takes the cells of endpoints that no configuration names any more out of the registry.
    func keepOnly(_ upstreams: [Upstream]) {
        var configured: Set<String> = []
        for upstream in upstreams {
            for name in upstream.config.endpoints { configured.insert("\(upstream.name) \(name)") }
        }
        endpoints.withLock { endpoints in
            for (key, metrics) in endpoints where !configured.contains(key) {
                metrics.withdraw(from: registry)
                endpoints[key] = nil
            }
        }
    }
}
