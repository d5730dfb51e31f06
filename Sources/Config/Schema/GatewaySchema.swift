import Base

extension ConfigKey<GatewayConfig> {
    /// Every key of a gateway, in the order in which the reference shows them.
    static let gateway: [ConfigKey<GatewayConfig>] =
        general
        + ConfigKey<ServerConfig>.process.map { $0.lifted(to: \.server) }
        + ConfigKey<ServerConfig>.security.map { $0.lifted(to: \.server) }
        + access
        + ConfigKey<SigningConfig>.all.map { $0.lifted(to: \.identity, below: "identity.") }
        + destinations
        + ConfigKey<TimeoutsConfig>.all.map { $0.lifted(to: \.server.timeouts, below: "timeouts.") }
        + ConfigKey<LimitsConfig>.all.map { $0.lifted(to: \.server.limits, below: "limits.") }
        + ConfigKey<TelemetryConfig>.all.map {
            $0.lifted(to: \.server.telemetry, below: "telemetry.")
        }
        + ConfigKey<DrainConfig>.all.map { $0.lifted(to: \.server.drain, below: "drain.") }

    private static let general: [ConfigKey<GatewayConfig>] = [
        ConfigKey(
            "service",
            \.server.service,
            .text(upTo: 128),
            "Name of the gateway in metrics, traces and logs."
        ),
        ConfigKey(
            "listen",
            \.server.listen,
            .oneOrMore(of: .listenerEntry, 1...16),
            "Where traffic is accepted."
        ),
        ConfigKey(
            "trustedPeers",
            \.server.trustedPeers,
            .peers,
            "Proxies before the gateway whose forwarding headers are kept."
        ),
    ]

    private static let destinations: [ConfigKey<GatewayConfig>] = [
        ConfigKey("services", \.services, .services, "Services and their versions."),
        ConfigKey(
            "routes",
            \.routes,
            .routes,
            "Which requests go where; the most specific match wins."
        ),
    ]
}
