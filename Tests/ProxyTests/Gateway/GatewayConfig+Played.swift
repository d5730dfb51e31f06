import Access
import Base
import Config
import Policy
import Routing

@testable import Proxy

extension GatewayConfig {
    /// Two services and two callers: `ann` may do everything, `bob` has no scope and few models.
    ///
    /// Identities are signed; nothing waits before it is tried again.
    static func played(_ change: (inout GatewayConfig) -> Void = { _ in }) -> GatewayConfig {
        var config = GatewayConfig()
        config.services = [
            .played("chat", ["1.0.0": 2, "2.0.0": 1]), .played("small", ["1.0.0": 1]),
        ]
        config.services[0].rule.models = ["llama-3", "llama-4"]
        config.routes = [.played("chat", "/v1/chat/**", "chat")]
        config.auth.keys = [.played("ann"), .played("bob")]
        config.auth.keys[0].caller.tenant = "acme"
        config.auth.keys[0].caller.scopes = ["chat:read", "chat:write"]
        config.auth.keys[1].caller.models = [Wildcard("llama-3"), Wildcard("small")]
        config.identity.signWith = [.played]
        change(&config)
        return config
    }
}

extension ServiceConfig {
    /// A service of versions with so many endpoints each, all going to its first version.
    static func played(_ name: String, _ endpoints: [String: Int]) -> ServiceConfig {
        let versions = endpoints.keys.compactMap { SemanticVersion($0) }.sorted()
        var rule = ServiceRule(name: name, split: .stable(versions[0]))
        rule.versions = versions
        var service = ServiceConfig(rule: rule)
        service.versions = versions.enumerated().map { place, version in
            var config = VersionConfig()
            config.endpoints = (0..<(endpoints[version.text] ?? 0)).map {
                .host("10.0.\(place).\($0)", port: 4_000)
            }
            return config
        }
        service.policies.retry.backoffBase = .zero
        return service
    }
}

extension Route {
    /// A route of that path to that service.
    static func played(_ name: String, _ path: String, _ service: String) -> Route {
        var route = Route(name: name, service: service)
        route.match.path = path
        return route
    }
}

extension KeyRecord {
    /// A key that bears the name of its caller.
    static func played(_ id: String) -> KeyRecord {
        var record = KeyRecord(id: id)
        record.secrets = [.init(hash: APIKey.hash(Array(key(id).utf8).span))]
        return record
    }

    /// The text of that key.
    static func key(_ id: String) -> String {
        var random = [UInt8](repeating: 7, count: 32)
        random.replaceSubrange(0..<id.utf8.count, with: id.utf8)
        return APIKey.make(random32: random)
    }
}

extension IdentityKeySettings {
    /// What played gateways sign with and played sidecars believe.
    static let played = IdentityKeySettings(
        material: .secret([UInt8](repeating: 3, count: 32))
    )
}
