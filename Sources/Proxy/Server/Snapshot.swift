import Access
import Base
package import Config
import Routing
package import Telemetry
package import Wire

/// All configuration in force, immutable; a reload makes another one.
///
/// Requests in flight keep the snapshot they began with.
package final class Snapshot: Sendable {
    /// What the process is, and what it decides by besides its upstreams.
    package enum Role: Sendable {
        case sidecar(Sidecar)
        case gateway(Gateway)
    }

    package let config: ServerConfig
    let role: Role
    /// What a gateway decides by; `nil` in a sidecar.
    package let gateway: Gateway?
    /// Checks the signed identity of requests; `nil` where it is not looked at.
    let verifier: IdentityVerifier?
    /// Whether requests without a good identity are refused.
    let requiresIdentity: Bool
    /// Whether finished requests have a line in the access log.
    let isLogged: Bool
    /// Grows by one with each reload.
    package let generation: UInt64
    /// The model's at index 0, then one for each outbound listener.
    package let upstreams: [Upstream]
    package let requestParser: RequestHeadParser
    package let responseParser: ResponseHeadParser
    package let names: ServiceNames
    package let accessLog: AccessLogEncoder
    package let traceSettings: TracePropagation.Settings

    /// Where clients come in.
    package let ports: [Port]

    /// All certificates that are shown to others.
    var certificates: [ShownCertificate] {
        config.certificates(towards: upstreams.map(\.config))
    }

    /// Whether clients from outside come in here.
    var isGateway: Bool { gateway != nil }

    package init(
        config: ServerConfig,
        role: Role,
        generation: UInt64,
        upstreams: [Upstream],
        ports: [Port]
    ) {
        self.role = role
        switch role {
        case .gateway(let own):
            gateway = own
            verifier = nil
            requiresIdentity = false
        case .sidecar(let own):
            gateway = nil
            verifier = own.verifier
            requiresIdentity = own.mode == .require
        }
        self.ports = ports
        self.config = config
        isLogged = config.telemetry.accessLog != .off
        self.generation = generation
        self.upstreams = upstreams
        names = ServiceNames(
            upstreams.map { upstream in
                .init(
                    name: upstream.name.service,
                    version: upstream.name.version,
                    endpoints: upstream.config.endpoints.map(\.description)
                )
            },
            routes: role.routeNames
        )
        accessLog = AccessLogEncoder(names)
        requestParser = Self.requestParser(config.limits)
        responseParser = Self.responseParser(config.limits)
        traceSettings = Self.traceSettings(config.telemetry)
    }

    private static func requestParser(_ limits: LimitsConfig) -> RequestHeadParser {
        var bounds = RequestHeadParser.Limits()
        bounds.uri = limits.uri.bytes
        bounds.headSize = limits.requestHeaders.bytes
        bounds.fieldCount = limits.headerCount
        return RequestHeadParser(bounds)
    }

    private static func responseParser(_ limits: LimitsConfig) -> ResponseHeadParser {
        var bounds = ResponseHeadParser.Limits()
        bounds.headSize = limits.responseHeaders.bytes
        bounds.fieldCount = limits.headerCount
        return ResponseHeadParser(bounds)
    }

    /// What clients that speak HTTP/2 may ask of a connection.
    var streamLimits: HTTP2Limits {
        var bounds = HTTP2Limits()
        bounds.listSize = config.limits.requestHeaders.bytes
        bounds.fieldCount = config.limits.headerCount
        return bounds
    }

    /// What models that speak HTTP/2 may answer on a connection.
    var answerLimits: HTTP2Limits {
        var bounds = HTTP2Limits()
        bounds.listSize = config.limits.responseHeaders.bytes
        bounds.fieldCount = config.limits.headerCount
        return bounds
    }

    private static func traceSettings(_ telemetry: TelemetryConfig) -> TracePropagation.Settings {
        var settings = TracePropagation.Settings()
        settings.isTraceContextOn = telemetry.propagators.contains(.tracecontext)
        settings.isBaggageOn = telemetry.propagators.contains(.baggage)
        settings.isB3On = telemetry.propagators.contains(.b3)
        settings.sample = telemetry.sample
        return settings
    }
}

extension Snapshot.Role {
    /// By place, as records hold them.
    fileprivate var routeNames: [String] {
        guard case .gateway(let gateway) = self else { return [] }
        return gateway.table.routes.map(\.name)
    }
}
