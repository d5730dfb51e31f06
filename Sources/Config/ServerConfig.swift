package import Base
package import Crypto

/// What every role of the proxy has: where it listens, how long it waits, what it bounds and tells.
///
/// Immutable once built; a reload makes a new one. Spans are `Nanoseconds` because the data
/// path reads them; `nil` where the configuration says `null`.
package struct ServerConfig: Sendable {
    package var service = "model"
    package var version = ""
    package var listen = [ListenerConfig(.any(port: 4000))]
    package var admin: Address? = .any(port: 4001)
    /// Of all listeners for traffic that say nothing else.
    package var tls: TLSServer?
    package var adminTLS: TLSServer?
    /// Event-loop threads; 0 stands for `"auto"`, the CPU limit of the cgroup.
    package var workers = 1
    package var timeouts = TimeoutsConfig()
    package var limits = LimitsConfig()
    package var trustedPeers = TrustedPeers()
    package var adminToken: String?
    package var fallback: FallbackConfig?
    package var faults: FaultsConfig?
    package var telemetry = TelemetryConfig()
    package var drain = DrainConfig()

    package init() {}
}

/// `timeouts`: `nil` means never.
package struct TimeoutsConfig: Sendable {
    package var connect: Nanoseconds = .seconds(1)
    package var header: Nanoseconds = .seconds(10)
    package var firstByte: Nanoseconds? = .seconds(600)
    package var idle: Nanoseconds? = .seconds(120)
    package var clientIdle: Nanoseconds = .seconds(60)
    package var halfClose: Nanoseconds? = .seconds(1)
    package var total: Nanoseconds?

    package init() {}
}

/// `limits`: what a peer controls, bounded.
package struct LimitsConfig: Sendable {
    package var uri: ByteCount = .kibibytes(16)
    package var requestHeaders: ByteCount = .kibibytes(64)
    package var responseHeaders: ByteCount = .kibibytes(64)
    package var headerCount = 128
    package var requestBody: ByteCount = .mebibytes(256)
    package var connections = 10_000
    /// Handshakes of TLS with clients at the same time.
    package var handshakes = 1_000
    package var bufferMemory: ByteCount = .mebibytes(32)

    package init() {}
}

/// `fallback`: answered in place of our own 5xx.
package struct FallbackConfig: Sendable {
    package var status = 200
    /// Name and value of each header, validated.
    package var headers: [(name: String, value: String)] = []
    package var body = ""

    package init() {}
}

/// `faults`: for tests; refused unless the process was started with `--allow-faults`.
package struct FaultsConfig: Sendable {
    /// Held back by this much before the model is asked.
    package var delay: Nanoseconds?
    /// Answered with this status instead of being forwarded.
    package var abort: Int?
    /// Share of matching requests, 0 to 1.
    package var fraction = 1.0
    /// Only requests whose path starts with this; empty matches all.
    package var match = ""

    package init() {}
}

/// `telemetry`, as far as it is built.
package struct TelemetryConfig: Sendable {
    package enum AccessLog: Sendable, Hashable {
        case off
        case standardOutput
        case file(String)
    }
    package enum Propagator: String, Sendable, CaseIterable {
        case tracecontext
        case baggage
        case b3
    }
    package var accessLog = AccessLog.standardOutput
    package var propagators: [Propagator] = [.tracecontext, .baggage, .b3]
    /// Share of new traces marked as sampled, 0 to 1.
    package var sample = 0.1

    package init() {}
}

/// `drain`: how long new requests are still served, and running ones may take.
package struct DrainConfig: Sendable {
    package var delay: Nanoseconds = .seconds(5)
    package var timeout: Nanoseconds = .seconds(110)

    package init() {}
}
