package import Access
package import Base
package import Crypto
package import Routing

/// Everything a gateway was told, validated and complete: every key has a value.
package struct GatewayConfig: Sendable {
    package var server: ServerConfig
    /// `auth`; its `keys` are the records of `keyFile`.
    package var auth = AccessSettings()
    package var keyFile: KeyFile? {
        didSet { auth.keys = keyFile?.records ?? [] }
    }
    /// Whom to believe where `auth` names URLs of `https:`; `nil` where it names none.
    package var fetching: TLSClient?
    package var identity = SigningConfig()
    package var services: [ServiceConfig] = []
    /// In the order of the file; what they ask of tokens is what `auth` takes from them.
    package var routes: [Route] = [] {
        didSet {
            let names = routes.flatMap { $0.match.claims.map(\.name) }
            auth.claimNames = Array(Set(names)).sorted()
        }
    }

    package init() {
        server = ServerConfig()
        server.service = "gateway"
        server.listen = [ListenerConfig(.any(port: 8_080))]
        server.admin = .any(port: 8_081)
        server.workers = 0
        server.trustedPeers = .nobody
    }
}

extension GatewayConfig {
    /// Whether anything is fetched over TLS.
    var fetchesSecurely: Bool {
        let sets = auth.issuers.map { issuer in
            if case .url(let url) = issuer.keys { url } else { "" }
        }
        return (sets + [auth.introspection?.url ?? ""]).contains { $0.hasPrefix("https://") }
    }
}

/// `identity` of a gateway: what it signs for sidecars.
package struct SigningConfig: Sendable {
    /// The first signs, the others are what sidecars may still accept; empty signs nothing.
    package var signWith: [IdentityKeySettings] = []
    /// Life of one token.
    package var ttl: Nanoseconds = .seconds(30)

    package init() {}
}

/// One service: the rule that shares requests among versions, and where those are.
package struct ServiceConfig: Sendable {
    package var rule: ServiceRule
    /// In the order of `rule.versions`.
    package var versions: [VersionConfig] = []
    /// Retry, breaker and checks of every version; its `endpoints` are not used.
    package var policies = UpstreamConfig.service

    package init(rule: ServiceRule) {
        self.rule = rule
    }
}

/// One version of a service.
package struct VersionConfig: Sendable {
    package var endpoints: [Address] = []
    /// In the currency of the operator; for reports alone.
    package var costPerCall = 0.0

    package init() {}
}
