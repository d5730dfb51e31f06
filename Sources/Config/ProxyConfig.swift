/// What one process was told to be.
package enum ProxyConfig: Sendable {
    case sidecar(SidecarConfig)
    case gateway(GatewayConfig)

    /// Which of the two.
    package enum Role: String, Sendable, CaseIterable {
        case sidecar
        case gateway
    }

    package var role: Role {
        switch self {
        case .sidecar: .sidecar
        case .gateway: .gateway
        }
    }

    /// What both roles have.
    package var server: ServerConfig {
        get {
            switch self {
            case .sidecar(let config): config.server
            case .gateway(let config): config.server
            }
        }
        set {
            switch self {
            case .sidecar(var config):
                config.server = newValue
                self = .sidecar(config)
            case .gateway(var config):
                config.server = newValue
                self = .gateway(config)
            }
        }
    }

    /// Every upstream's policies.
    package var upstreams: [UpstreamConfig] {
        switch self {
        case .sidecar(let config):
            [config.upstream] + config.outbound.map(\.upstream)
        case .gateway(let config):
            config.services.flatMap { service in service.versions.map { _ in service.policies } }
        }
    }
}
