package import Base
package import Policy

/// Everything a sidecar was told, validated and complete: every key has a value.
///
/// Immutable once built; a reload makes a new one. Spans are `Nanoseconds` because the data
/// path reads them; `nil` where the configuration says `null`.
package struct SidecarConfig: Sendable {
    package var service = "model"
    package var version = ""
    package var listen: [Address] = [.any(port: 4000)]
    package var admin: Address? = .any(port: 4001)
    /// Event-loop threads; 0 stands for `"auto"`, the CPU limit of the cgroup.
    package var workers = 1
    package var upstream = UpstreamConfig()
    package var timeouts = TimeoutsConfig()
    package var limits = LimitsConfig()
    package var trustedPeers = TrustedPeers()
    package var adminToken: String?
    package var fallback: FallbackConfig?
    package var faults: FaultsConfig?
    package var outbound: [OutboundConfig] = []
    package var telemetry = TelemetryConfig()
    package var drain = DrainConfig()

    package init() {}
}

/// One upstream and the policies that stand beside it; an `outbound` entry has its own.
package struct UpstreamConfig: Sendable, Equatable {
    package var endpoints: [Address] = [.host("127.0.0.1", port: 8000)]
    package var engine = Engine.generic
    package var balance = LoadBalancer.Strategy.leastRequest
    /// Idle connections to the model are closed after this; zero keeps none.
    package var keepAlive: Nanoseconds = .seconds(4)
    package var maxConnections = 1_024
    /// The request header whose value `consistentHash` hashes.
    package var hashOn: String?
    package var retry = RetryPolicy.Settings()
    package var breaker = CircuitBreaker.Settings()
    package var admission = AdmissionQueue.Settings()
    package var health = HealthConfig()

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
    package var bufferMemory: ByteCount = .mebibytes(32)

    package init() {}
}

/// `health`: how the model is watched; an absent path is the engine preset's.
package struct HealthConfig: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case http
        case tcp
    }
    package var kind = Kind.http
    package var path: String?
    package var interval: Nanoseconds = .seconds(5)
    package var timeout: Nanoseconds = .seconds(2)
    package var unhealthyAfter = 3
    package var healthyAfter = 1
    package var modelLoadedCheck = true
    package var breakerFailsReadiness = false
    package var stalledAfter: Nanoseconds = .seconds(60)
    package var faultPatterns = ["CUDA error", "out of memory", "device-side assert"]

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

/// One `outbound` listener: the way from the model service to another model.
package struct OutboundConfig: Sendable {
    package var listen: Address = .host("127.0.0.1", port: 4100)
    package var service = ""
    package var upstream = UpstreamConfig()

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
