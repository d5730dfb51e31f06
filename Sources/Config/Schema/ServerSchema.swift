import Base
import Crypto

extension ConfigKey<ServerConfig> {
    /// How the process is run.
    static let process: [ConfigKey<ServerConfig>] = [
        ConfigKey(
            "admin",
            \.admin,
            .optional(.listener),
            "Where probes, metrics and the status page are served; `null` serves none."
        ),
        ConfigKey(
            "adminToken",
            \.adminToken,
            .optional(.secret),
            "Bearer token that allows POST on the admin port from elsewhere."
        ),
        ConfigKey(
            "workers",
            \.workers,
            .workers(1...256),
            "Event-loop threads; `\"auto\"` takes the CPU limit of the cgroup."
        ),
    ]

    /// Certificates of the listeners.
    static let security: [ConfigKey<ServerConfig>] = [
        ConfigKey(
            "tls",
            \.tls,
            .optional(.server),
            "Certificates of the listeners; several are chosen by the name that is asked for."
        ),
        ConfigKey(
            "adminTls",
            \.adminTLS,
            .optional(.serverWithoutParts),
            "Certificates of the admin port, as in `tls`; from this machine it is asked in plain, too."
        ),
    ]
}

extension ConfigKey<TimeoutsConfig> {
    /// The keys of `timeouts`.
    static let all: [ConfigKey<TimeoutsConfig>] = [
        ConfigKey(
            "connect",
            \.connect,
            .duration(.milliseconds(1) ... .seconds(600)),
            "Connecting to the model."
        ),
        ConfigKey(
            "header",
            \.header,
            .duration(.milliseconds(1) ... .seconds(3_600)),
            "A request's head, from its first byte."
        ),
        ConfigKey(
            "firstByte",
            \.firstByte,
            .optional(.duration()),
            "From the last byte of the request to the first byte of the answer's body."
        ),
        ConfigKey(
            "idle",
            \.idle,
            .optional(.duration()),
            "Between two bytes of an answer's body."
        ),
        ConfigKey(
            "clientIdle",
            \.clientIdle,
            .duration(),
            "A client's connection between two requests."
        ),
        ConfigKey(
            "halfClose",
            \.halfClose,
            .optional(.duration()),
            "A client that has ended its side may wait so long for a first byte."
        ),
        ConfigKey(
            "total",
            \.total,
            .optional(.duration()),
            "The whole exchange; cuts token streams, so it is off."
        ),
    ]
}

extension ConfigKey<LimitsConfig> {
    /// The keys of `limits`.
    static let all: [ConfigKey<LimitsConfig>] = [
        ConfigKey(
            "uri",
            \.uri,
            .size(ByteCount(64) ... .mebibytes(1)),
            "A request's target; beyond it 414."
        ),
        ConfigKey(
            "requestHeaders",
            \.requestHeaders,
            .size(.kibibytes(1) ... .mebibytes(1)),
            "A request's head; beyond it 431."
        ),
        ConfigKey(
            "responseHeaders",
            \.responseHeaders,
            .size(.kibibytes(1) ... .mebibytes(1)),
            "An answer's head; beyond it 502."
        ),
        ConfigKey(
            "headerCount",
            \.headerCount,
            .integer(8...4_096),
            "Header lines of one head; beyond it 431."
        ),
        ConfigKey(
            "requestBody",
            \.requestBody,
            .size(ByteCount(0) ... .gibibytes(1_024)),
            "A request's body; beyond it 413."
        ),
        ConfigKey(
            "connections",
            \.connections,
            .integer(1...1_000_000),
            "Clients' connections; beyond it 503 `too_many_connections`."
        ),
        ConfigKey(
            "handshakes",
            \.handshakes,
            .integer(1...1_000_000),
            "Clients' TLS handshakes at the same time; beyond it the oldest is given up."
        ),
        ConfigKey(
            "bufferMemory",
            \.bufferMemory,
            .size(.mebibytes(1) ... .gibibytes(64)),
            "All buffered bytes; at the bound back-pressure, then 503 `over_capacity`."
        ),
    ]
}

extension ConfigKey<TelemetryConfig> {
    /// The keys of `telemetry`.
    static let all: [ConfigKey<TelemetryConfig>] = [
        ConfigKey(reserved: "otlp", [.null], "Where traces are exported."),
        ConfigKey(
            "sample",
            \.sample,
            .number(0...1),
            "Share of new traces that are marked as sampled."
        ),
        ConfigKey(
            "propagators",
            \.propagators,
            .list(of: .word("a propagator"), 0...3),
            "Trace headers that are understood and passed on."
        ),
        ConfigKey(
            "accessLog",
            \.accessLog,
            .accessLog,
            "Where one line for each request goes; `json` is standard output."
        ),
        ConfigKey(
            reserved: "genAi",
            [.boolean(true), .boolean(false)],
            "Attributes of generative AI on spans."
        ),
    ]
}

extension ConfigKey<DrainConfig> {
    /// The keys of `drain`.
    static let all: [ConfigKey<DrainConfig>] = [
        ConfigKey(
            "delay",
            \.delay,
            .duration(.zero ... .seconds(3_600)),
            "New requests are still served for so long after a drain begins."
        ),
        ConfigKey(
            "timeout",
            \.timeout,
            .duration(.zero ... .seconds(86_400)),
            "Running requests may then take so long."
        ),
    ]
}

extension ByteCount {
    /// `count` × 1024 × 1024 × 1024 bytes.
    fileprivate static func gibibytes(_ count: Int) -> ByteCount { mebibytes(count << 10) }
}
