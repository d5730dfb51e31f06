import Base
import Policy

extension ConfigKey<SidecarConfig> {
    /// Every key of a sidecar, in the order in which the reference shows them.
    static let sidecar: [ConfigKey<SidecarConfig>] =
        general
        + ConfigKey<ServerConfig>.process.map { $0.lifted(to: \.server) }
        + ConfigKey<UpstreamConfig>.target.map { $0.lifted(to: \.upstream, below: "upstream.") }
        + ConfigKey<TimeoutsConfig>.all.map { $0.lifted(to: \.server.timeouts, below: "timeouts.") }
        + ConfigKey<UpstreamConfig>.policies.map { $0.lifted(to: \.upstream) }
        + ConfigKey<LimitsConfig>.all.map { $0.lifted(to: \.server.limits, below: "limits.") }
        + trust
        + ConfigKey<IdentityConfig>.all.map { $0.lifted(to: \.identity, below: "identity.") }
        + security
        + reserved
        + answers
        + ConfigKey<TelemetryConfig>.all.map {
            $0.lifted(to: \.server.telemetry, below: "telemetry.")
        }
        + ConfigKey<DrainConfig>.all.map { $0.lifted(to: \.server.drain, below: "drain.") }

    private static let general: [ConfigKey<SidecarConfig>] = [
        ConfigKey(
            "service",
            \.server.service,
            .text(upTo: 128),
            "Name of the model service in metrics, traces and logs."
        ),
        ConfigKey(
            "version",
            \.server.version,
            .text(upTo: 128, mayBeEmpty: true),
            "Version of the model, as label and header."
        ),
        ConfigKey(
            "listen",
            \.server.listen,
            .list(of: .listenerEntry, 1...16),
            "Where traffic is accepted."
        ),
    ]

    private static let security: [ConfigKey<SidecarConfig>] = ConfigKey<ServerConfig>.security
        .map { $0.lifted(to: \.server) }

    private static let trust: [ConfigKey<SidecarConfig>] = [
        ConfigKey(
            "trustedPeers",
            \.server.trustedPeers,
            .peers,
            "Whose forwarding, deadline, priority and attempt headers are believed."
        )
    ]

    private static let reserved: [ConfigKey<SidecarConfig>] = [
        ConfigKey(reserved: "rateLimits", [.list([])], "Rate limits."),
        ConfigKey(reserved: "quotas", [.list([])], "Token quotas."),
        ConfigKey(reserved: "cache", [.null], "Response cache."),
        ConfigKey(reserved: "transform", [.list([])], "Transformations of requests and answers."),
        ConfigKey(reserved: "guard", [.null], "Prompt-injection tripwire."),
        ConfigKey(reserved: "mask", [.null], "Masking of personal data and secrets."),
        ConfigKey(reserved: "pricing", [.object([])], "Prices of tokens."),
        ConfigKey(reserved: "drift", [.null], "Drift sketches."),
        ConfigKey(reserved: "store", [.null], "Store shared by replicas."),
    ]

    private static let answers: [ConfigKey<SidecarConfig>] = [
        ConfigKey(
            "fallback",
            \.server.fallback,
            .optional(.object(ConfigKey<FallbackConfig>.all, startingFrom: FallbackConfig())),
            "Answered in place of Outrider's own 5xx."
        ),
        ConfigKey(
            "faults",
            \.server.faults,
            .optional(.object(ConfigKey<FaultsConfig>.all, startingFrom: FaultsConfig())),
            "Faults injected for tests; refused unless started with `--allow-faults`."
        ),
        ConfigKey(
            "outbound",
            \.outbound,
            .list(
                of: .object(
                    ConfigKey<OutboundConfig>.all,
                    startingFrom: OutboundConfig(),
                    required: ["listen", "service", "endpoints"]
                ),
                0...64
            ),
            "Listeners through which the model service reaches other models."
        ),
    ]
}

extension ConfigKey<OutboundConfig> {
    /// The keys of an `outbound` entry: those of `upstream` flat, the policies beside them.
    static let all: [ConfigKey<OutboundConfig>] =
        [
            ConfigKey("listen", \.listen, .listener, "Where the model service reaches it."),
            ConfigKey("service", \.service, .text(upTo: 128), "Name of the other model."),
        ]
        + (ConfigKey<UpstreamConfig>.target + ConfigKey<UpstreamConfig>.policies)
        .map { $0.lifted(to: \.upstream) }
}

extension ConfigKey<FallbackConfig> {
    /// The keys of `fallback`.
    static let all: [ConfigKey<FallbackConfig>] = [
        ConfigKey("status", \.status, .integer(200...599), "Status of the answer."),
        ConfigKey("headers", \.headers, .headers, "Headers of the answer."),
        ConfigKey(
            "body",
            \.body,
            .multilineText(upTo: 65_536, mayBeEmpty: true),
            "Body of the answer."
        ),
    ]
}

extension ConfigKey<FaultsConfig> {
    /// The keys of `faults`.
    static let all: [ConfigKey<FaultsConfig>] = [
        ConfigKey(
            "delay",
            \.delay,
            .optional(.duration()),
            "How long a request is held back before the model is asked."
        ),
        ConfigKey(
            "abort",
            \.abort,
            .optional(.integer(400...599)),
            "Status that is answered instead of asking the model."
        ),
        ConfigKey("fraction", \.fraction, .number(0...1), "Share of matching requests."),
        ConfigKey(
            "match",
            \.match,
            .text(upTo: 1_024, mayBeEmpty: true),
            "Beginning of the paths that match; empty matches all."
        ),
    ]
}
