import Base

/// What the pages show of a gateway besides its upstreams, at one moment.
struct GatewayReport: Sendable {
    /// One version of a service and where it is served.
    struct Version: Sendable {
        var name: String
        /// Percent of the requests that name no version.
        var share: Double
        var upstream: StatusReport.Upstream
    }

    struct Service: Sendable {
        var name: String
        var stickiness: String
        var fallback: [String]
        var models: [String]
        var versions: [Version]

        /// Whether some endpoint of some version takes requests.
        var isAvailable: Bool {
            versions.contains { $0.upstream.endpoints.contains { $0.isReady } }
        }
    }

    struct Route: Sendable {
        var name: String
        var path: String
        var service: String
    }

    /// The keys of one issuer.
    struct KeySet: Sendable {
        var issuer: String
        var count: Int
        /// Since the last fetch; `nil` for keys that are not fetched, or have not been yet.
        var age: Nanoseconds?
        var isMissing: Bool
    }

    var routes: [Route]
    var services: [Service]
    var keySets: [KeySet]
    /// Keys of the key file.
    var apiKeys: Int

    /// What keeps some callers from some answers, but not the gateway from serving.
    var warning: String? {
        let down = services.filter { !$0.isAvailable }.map { "no endpoint of \($0.name) is ready" }
        let missing = keySets.filter(\.isMissing).map { "the keys of \($0.issuer) are not there" }
        let texts = down + missing
        return texts.isEmpty ? nil : texts.joined(separator: "; ")
    }
}
