import Base
import Policy

extension ConfigKey<UpstreamConfig> {
    /// Which model, and how it is reached.
    static let target: [ConfigKey<UpstreamConfig>] = [
        ConfigKey(
            "endpoints",
            \.endpoints,
            .list(of: .endpoint, 1...64),
            "Where the model listens; more than one when it runs several workers."
        ),
        ConfigKey(
            "protocol",
            \.speech,
            .word("a protocol"),
            "Spoken to the model; `auto` is what the client spoke."
        ),
        ConfigKey(
            "engine",
            \.engine,
            .word("an engine"),
            "Model server whose health answers and metrics are understood."
        ),
        ConfigKey(
            "balance",
            \.balance,
            .word("a way of balancing"),
            "How an endpoint is chosen."
        ),
        ConfigKey(
            "keepAlive",
            \.keepAlive,
            .duration(.zero ... .seconds(3_600)),
            "How long an idle connection to the model is kept; `0s` keeps none."
        ),
        ConfigKey(
            "maxConnections",
            \.maxConnections,
            .integer(1...65_536),
            "Connections to each endpoint at the same time."
        ),
        ConfigKey(
            "hashOn",
            \.hashOn,
            .optional(.hashOn),
            "What `consistentHash` hashes."
        ),
        ConfigKey(
            "tls",
            \.tls,
            .optional(.client),
            "TLS to the model; `{}` verifies it by the system's authorities."
        ),
    ]

    /// Whether and how a request is sent there.
    static let policies: [ConfigKey<UpstreamConfig>] =
        ConfigKey<RetryPolicy.Settings>.all.map { $0.lifted(to: \.retry, below: "retry.") }
        + ConfigKey<CircuitBreaker.Settings>.all.map { $0.lifted(to: \.breaker, below: "breaker.") }
        + ConfigKey<AdmissionQueue.Settings>.all
        .map { $0.lifted(to: \.admission, below: "admission.") }
        + ConfigKey<HealthConfig>.all.map { $0.lifted(to: \.health, below: "health.") }
}

extension ConfigKey<HealthConfig> {
    /// The keys of `health`.
    static let all: [ConfigKey<HealthConfig>] = [
        ConfigKey("type", \.kind, .word("a kind of check"), "How it is asked."),
        ConfigKey(
            "path",
            \.path,
            .optional(.pathOrName),
            "Path of the check, of `grpc` the service asked about; `null` takes the engine's."
        ),
        ConfigKey(
            "interval",
            \.interval,
            .duration(.milliseconds(10) ... .seconds(3_600)),
            "A check is sent when no byte came from the model for so long."
        ),
        ConfigKey(
            "timeout",
            \.timeout,
            .duration(.milliseconds(1) ... .seconds(600)),
            "How long a check may take."
        ),
        ConfigKey(
            "unhealthyAfter",
            \.unhealthyAfter,
            .integer(1...1_000),
            "Failed checks in a row that make the model unhealthy."
        ),
        ConfigKey(
            "healthyAfter",
            \.healthyAfter,
            .integer(1...1_000),
            "Good checks in a row that make it healthy again."
        ),
        ConfigKey(
            "modelLoadedCheck",
            \.modelLoadedCheck,
            .boolean,
            "Whether an OpenAI-shaped engine must list a model to be ready."
        ),
        ConfigKey(
            "breakerFailsReadiness",
            \.breakerFailsReadiness,
            .boolean,
            "Whether an open breaker fails `/readyz` instead of only warning."
        ),
        ConfigKey(
            "stalledAfter",
            \.stalledAfter,
            .duration(),
            "Silence with requests in flight after which failed checks mean stalled."
        ),
        ConfigKey(
            "faultPatterns",
            \.faultPatterns,
            .list(of: .text(upTo: 256), 0...64),
            "Words in a 5xx body that show a fault which only a restart cures."
        ),
    ]
}
