/// A key that can be given on the command line and in the environment too.
package struct ConfigOverride: Sendable, Hashable {
    /// Name of the flag, without dashes.
    package let flag: String
    package let variable: String
    /// The key it stands for.
    package let path: String
    /// How help writes its value.
    package let placeholder: String
    package let summary: String
    /// Whether it may be given several times, or as a list separated by commas.
    package let isList: Bool

    /// All of them; variables are named after their flags.
    package static let all = [
        ConfigOverride("upstream", "upstream.endpoints", "ADDR", "where the model listens", true),
        ConfigOverride("listen", "listen", "ADDR", "where traffic is accepted", true),
        ConfigOverride("admin", "admin", "ADDR", "where probes and metrics are served", false),
        ConfigOverride("engine", "upstream.engine", "NAME", "which model server it is", false),
        ConfigOverride("service", "service", "NAME", "name in metrics, traces and logs", false),
    ]

    /// Those whose keys a configuration of `role` has.
    package static func all(of role: ProxyConfig.Role) -> [ConfigOverride] {
        let paths =
            switch role {
            case .sidecar: ConfigKey<SidecarConfig>.sidecar.map(\.path)
            case .gateway: ConfigKey<GatewayConfig>.gateway.map(\.path)
            }
        return all.filter { paths.contains($0.path) }
    }

    private init(
        _ flag: String,
        _ path: String,
        _ placeholder: String,
        _ summary: String,
        _ isList: Bool
    ) {
        self.flag = flag
        variable = "OUTRIDER_" + flag.uppercased()
        self.path = path
        self.placeholder = placeholder
        self.summary = summary
        self.isList = isList
    }

    /// The value that `texts` write.
    func node(_ texts: [String]) -> JSON5Node {
        let elements = texts.map { JSON5Node(.text($0)) }
        return isList ? JSON5Node(.list(elements)) : elements.last ?? JSON5Node(.null)
    }

    /// The value of the variable, or `nil` when it is absent or empty.
    ///
    /// Compose files and charts write `OUTRIDER_ADMIN=` for "not set".
    func node(environment: [String: String]) -> JSON5Node? {
        guard let text = environment[variable], !text.isEmpty else { return nil }
        guard isList else { return node([text]) }
        let parts = text.split(separator: ",").map { $0.filter { $0 != " " } }
        return node(parts.filter { !$0.isEmpty })
    }
}
