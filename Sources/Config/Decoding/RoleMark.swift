/// Which role a configuration is of, and by what that is seen.
///
/// A file with `routes` or `services` is a gateway's, any other a sidecar's.
struct RoleMark {
    private var gatewayKey: JSON5Node.Member?

    init(of root: JSON5Node) {
        guard case .object(let members) = root.value else { return }
        gatewayKey = members.first { ["routes", "services"].contains($0.name) }
    }

    var role: ProxyConfig.Role { gatewayKey == nil ? .sidecar : .gateway }

    /// What is wrong if the configuration must be one of `wanted`.
    func problem(_ wanted: ProxyConfig.Role?, in name: String) -> ConfigProblem? {
        guard let wanted, wanted != role else { return nil }
        if let gatewayKey {
            return ConfigProblem(
                origin: .file(name: name, gatewayKey.position),
                keyPath: gatewayKey.name,
                message: "belongs to a gateway's configuration, run it with `outrider gateway`"
            )
        }
        return ConfigProblem(
            origin: .file(name: name, .start),
            keyPath: "",
            message: "has neither `routes` nor `services`, so it is a sidecar's configuration"
        )
    }
}
