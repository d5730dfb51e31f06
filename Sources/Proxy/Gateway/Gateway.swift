package import Access
import Base
import Config
import Crypto
package import Routing
import Synchronization
import Telemetry

/// What a gateway decides by: who may pass, where to, and how it signs; immutable, of one snapshot.
///
/// Shared by all workers. What changes lives behind the faces of its parts: key sets that are
/// fetched, and the counts of bad credentials.
package final class Gateway: Sendable {
    package let gatekeeper: Gatekeeper
    package let throttle: AuthThrottle
    /// What each address may make us ask others about credentials.
    package let lookUps: AuthThrottle
    package let table: RouteTable
    package let chooser: ServiceChooser
    package let services: [ServiceRule]
    /// By route.
    let plans: [RoutePlan]
    /// Whom to believe where key sets and introspection are asked for over TLS.
    let fetching: TLSClient?
    let signer: IdentitySigner?
    /// Life of a signed identity in seconds.
    let ttl: Int64
    /// Names of the issuers of tokens, and how many API keys there are; for `/status`.
    let issuers: [String]
    let apiKeyCount: Int
    /// Whether a route of its own answers for the list of models.
    let routesModels: Bool
    private let cells: MetricCells
    private let counters = Mutex<[UInt64: Counter]>([:])

    /// What `predecessor` has fetched and counted is carried over.
    init(_ config: GatewayConfig, after predecessor: Gateway?, cells: MetricCells) {
        gatekeeper = Gatekeeper(config.auth, carrying: predecessor?.gatekeeper)
        throttle = predecessor?.throttle ?? AuthThrottle()
        lookUps = predecessor?.lookUps ?? AuthThrottle(Self.lookUpAllowance)
        table = RouteTable(config.routes.map(\.copy))
        services = config.services.map(\.rule)
        let chooser = ServiceChooser(services)
        self.chooser = chooser
        let rules = services
        plans = table.routes.map { route in
            let service = chooser.service(named: route.service) ?? 0
            return RoutePlan(route, service: service, rule: rules[service])
        }
        fetching = config.fetching
        signer = config.identity.signWith.first.flatMap { try? IdentitySigner($0) }
        ttl = Int64(clamping: config.identity.ttl.count / 1_000_000_000)
        issuers = config.auth.issuers.map(\.issuer)
        apiKeyCount = config.auth.keys.count
        routesModels = config.routes.contains { $0.match.path == Self.modelsPath }
        self.cells = cells
    }

    /// Many callers may share an address, and each may come with a new token.
    private static var lookUpAllowance: AuthThrottle.Settings {
        var settings = AuthThrottle.Settings()
        settings.burst = 256
        settings.interval = .milliseconds(250)
        return settings
    }

    /// Where clients of OpenAI's shape ask which models there are.
    static let modelsPath = "/v1/models"

    /// Counts a request that has ended; `upstream` is `nil` where none was chosen.
    func count(_ record: borrowing RequestRecord, _ upstream: Upstream?) {
        guard let route = record.route else { return }
        let reason = record.reason.map { UInt64($0.index) + 1 } ?? 0
        let place = UInt64(upstream?.index ?? 0)
        let key = UInt64(route) << 32 | place << 8 | reason
        if let counter = counters.withLock({ $0[key] }) { return counter.add() }
        let counter = cells.route(
            plans[route].name,
            upstream?.name,
            reason: record.reason.map { "\($0.code)" } ?? ""
        )
        counters.withLock { $0[key] = counter }
        counter.add()
    }

    /// Models that `principal` may use, by name, each once.
    package func models(for principal: Principal) -> [String] {
        var names: Set<String> = []
        for service in services {
            let isWhole = principal.mayUse(service.name)
            for model in service.models.isEmpty ? [service.name] : service.models
            where isWhole || principal.mayUse(model) {
                if isReachable(service.name, by: principal) { names.insert(model) }
            }
        }
        return names.sorted()
    }

    /// Whether some route leads `principal` to the service, as far as scopes go.
    private func isReachable(_ service: String, by principal: Principal) -> Bool {
        table.routes.contains { $0.service == service && principal.has(scopes: $0.scopes) }
    }
}
