package import Base
package import Crypto
package import Policy

/// One upstream and the policies that stand beside it; an `outbound` entry has its own.
package struct UpstreamConfig: Sendable, Equatable {
    /// What stands behind the endpoints.
    package enum Peer: Sendable {
        case model
        /// Sidecars, each beside its model; a gateway's.
        case sidecar
    }
    package var peer = Peer.model
    /// What an endpoint is spoken to in.
    package enum Speech: String, Sendable, CaseIterable {
        /// What the client spoke; over TLS only what the endpoint speaks.
        case auto
        case http1
        case h2c
        case h1tls
        case h2tls

        /// Whether HTTP/1.1 may be spoken.
        package var isHTTP1Spoken: Bool {
            switch self {
            case .auto, .http1, .h1tls: true
            case .h2c, .h2tls: false
            }
        }

        /// Whether it is for TLS, or not; `nil` where both will do.
        var isSecure: Bool? {
            switch self {
            case .auto: nil
            case .http1, .h2c: false
            case .h1tls, .h2tls: true
            }
        }
    }
    package var speech = Speech.auto
    /// How it is spoken to over TLS; `nil` where it is not.
    package var tls: TLSClient?
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

/// `health`: how the model is watched; an absent path is the engine preset's.
package struct HealthConfig: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case http
        case grpc
        case tcp
    }
    package var kind = Kind.http
    /// Of `grpc` the name of a service.
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
