import Access
import Base
import Config
import Policy
import Routing

extension GatewayConfig {
    /// Three services that stand in for each other in a row, with everything tight.
    static func random(_ random: inout RandomSource) -> GatewayConfig {
        var config = GatewayConfig()
        config.services = [
            service("chat", ["1.0.0", "2.0.0"], &random), service("small", ["1.0.0"], &random),
            service("last", ["1.0.0"], &random),
        ]
        config.services[0].rule.fallback = random.pick([[], ["small"], ["@2.0.0", "small"]])
        config.services[1].rule.fallback = random.pick([[], ["last"]])
        config.services[0].rule.models = ["llama"]
        config.services[0].rule.split = .percent([60, 40])
        config.routes = [route("chat", "/chat/**", "chat"), route("any", "/any", "small")]
        if random.unit() < 0.5 {
            config.routes[0].match.model = Wildcard("llama")
            config.routes.append(route("rest", "/chat/**", "small"))
        }
        config.routes.append(route("models", "/models", "last"))
        config.routes[config.routes.count - 1].scopes = ["admin"]
        config.auth.introspection = IntrospectionSettings()
        if random.unit() < 0.5 { config.auth.anonymous = CallerSettings() }
        let secret = [UInt8](repeating: 1, count: 32)
        config.identity.signWith = [IdentityKeySettings(material: .secret(secret))]
        config.server.timeouts.connect = .milliseconds(300)
        config.server.timeouts.firstByte = .seconds(2)
        config.server.timeouts.idle = .seconds(1)
        config.server.timeouts.clientIdle = .seconds(2)
        return config
    }

    private static func route(_ name: String, _ path: String, _ service: String) -> Route {
        var route = Route(name: name, service: service)
        route.match.path = path
        return route
    }

    private static func service(
        _ name: String,
        _ versions: [String],
        _ random: inout RandomSource
    ) -> ServiceConfig {
        let numbers = versions.compactMap { SemanticVersion($0) }
        var rule = ServiceRule(name: name, split: .stable(numbers[0]))
        rule.versions = numbers
        var service = ServiceConfig(rule: rule)
        service.versions = numbers.map { _ in
            var version = VersionConfig()
            version.endpoints = (0..<random.pick([1, 2, 3])).map {
                .host("10.0.0.\($0)", port: 4_000)
            }
            return version
        }
        service.policies.admission.concurrency = random.pick([2, 6, 65_536])
        service.policies.retry.attempts = random.pick([1, 2, 2, 3])
        service.policies.retry.replayBody = ByteCount(random.pick([4_096, 65_536]))
        service.policies.retry.budgetFloor = random.pick([0, 3])
        service.policies.breaker.consecutiveFailures = random.pick([2, 5, 1_000])
        service.policies.breaker.openFor = .milliseconds(200)
        return service
    }
}
