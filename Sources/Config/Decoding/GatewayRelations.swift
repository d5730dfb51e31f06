import Access
import Routing

/// What must hold between the services, routes and keys of a gateway.
struct GatewayRelations {
    let config: GatewayConfig

    /// Reports every relation that does not hold, at the key that was written.
    func check(_ decoder: inout ConfigDecoder) {
        checkRouting(&decoder)
        checkIssuers(&decoder)
        if case .publicKey? = config.identity.signWith.first?.material {
            decoder.report(
                of: ["identity.signWith"],
                "the first key signs, so it must be a secret or a private key"
            )
        }
    }

    /// Routing itself knows what cannot be served; here only the place is found.
    private func checkRouting(_ decoder: inout ConfigDecoder) {
        // Without all of either, what is missing would be told again where it is referred to.
        guard !decoder.hasProblem(at: "services"), !decoder.hasProblem(at: "routes") else { return }
        let services = config.services.map(\.rule)
        for problem in RoutingProblem.all(routes: config.routes, services: services) {
            decoder.report(of: [path(of: problem)], problem.message + suggestion(for: problem))
        }
    }

    /// The problem's path with the name of a service quoted where it must be.
    private func path(of problem: RoutingProblem) -> String {
        for service in config.services {
            let plain = "services.\(service.rule.name)"
            guard problem.path == plain || problem.path.hasPrefix(plain + ".") else { continue }
            let rest = problem.path.dropFirst(plain.count)
            return ConfigPath.member(service.rule.name, of: "services") + rest
        }
        return problem.path
    }

    /// What a service that does not exist was probably meant to be.
    private func suggestion(for problem: RoutingProblem) -> String {
        guard problem.message.hasPrefix("there is no service"),
            let name = problem.message.split(separator: "\"").last
        else { return "" }
        return Spelling.suggestion(for: String(name), among: config.services.map(\.rule.name))
    }

    private func checkIssuers(_ decoder: inout ConfigDecoder) {
        var seen: Set<String> = []
        for (index, issuer) in config.auth.issuers.enumerated()
        where !seen.insert(issuer.issuer).inserted {
            decoder.report(of: ["auth.jwt[\(index)].issuer"], "\"\(issuer.issuer)\" is taken")
        }
    }
}
