import Access

extension GatewayConfig {
    /// One line that says what would run.
    package var summary: String {
        let listeners = server.listen.map(\.address.description).joined(separator: ", ")
        let versions = services.reduce(0) { $0 + $1.versions.count }
        let parts = [
            "gateway \"\(server.service)\" \(listeners)",
            server.admin.map { "admin \($0)" } ?? "no admin port",
            GatewayConfig.count(routes.count, "route", "routes"),
            GatewayConfig.count(services.count, "service", "services")
                + " in " + GatewayConfig.count(versions, "version", "versions"),
            "callers: " + callers,
            identity.signWith.isEmpty ? "no signed identity" : "signed identity",
        ]
        return parts.joined(separator: ", ")
    }

    private var callers: String {
        var kinds: [String] = []
        if keyFile != nil { kinds.append(GatewayConfig.count(auth.keys.count, "key", "keys")) }
        if !auth.issuers.isEmpty {
            kinds.append(GatewayConfig.count(auth.issuers.count, "issuer", "issuers"))
        }
        if auth.introspection != nil { kinds.append("introspection") }
        if auth.certificates != nil { kinds.append("certificates") }
        if auth.anonymous != nil { kinds.append("anonymous") }
        return kinds.isEmpty ? "none, so everything is refused" : kinds.joined(separator: " + ")
    }

    private static func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(number) \(number == 1 ? one : many)"
    }
}
