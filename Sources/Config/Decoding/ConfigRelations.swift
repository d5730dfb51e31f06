import Base
import Policy
import Routing

/// What must hold between keys that are each valid alone.
struct ConfigRelations {
    let config: ProxyConfig
    let allowsFaults: Bool

    private var server: ServerConfig { config.server }

    /// Reports every relation that does not hold, at the key that was written.
    func check(_ decoder: inout ConfigDecoder) {
        checkLimits(&decoder)
        switch config {
        case .sidecar(let sidecar): check(sidecar, &decoder)
        case .gateway(let gateway): check(gateway, &decoder)
        }
        if server.faults != nil, !allowsFaults {
            decoder.report(of: ["faults"], "refused unless started with --allow-faults")
        }
    }

    private func check(_ sidecar: SidecarConfig, _ decoder: inout ConfigDecoder) {
        check(sidecar.upstream, target: "upstream.", policies: "", &decoder)
        check(sidecar.upstream.endpoints, at: "upstream.endpoints", &decoder)
        for (index, outbound) in sidecar.outbound.enumerated() {
            let prefix = "outbound[\(index)]."
            check(outbound.upstream, target: prefix, policies: prefix, &decoder)
            check(outbound.upstream.endpoints, at: prefix + "endpoints", &decoder)
        }
        let outbound = sidecar.outbound.enumerated().map { index, outbound in
            (path: "outbound[\(index)].listen", address: outbound.listen)
        }
        checkListeners(and: outbound, &decoder)
        checkLoop(sidecar.upstream.endpoints, &decoder)
        if sidecar.identity.mode != .off, sidecar.identity.keys.isEmpty {
            let mode = sidecar.identity.mode.rawValue
            decoder.report(
                of: ["identity.mode", "identity.keys"],
                "\"\(mode)\" needs identity.keys"
            )
        }
    }

    private func check(_ gateway: GatewayConfig, _ decoder: inout ConfigDecoder) {
        for service in gateway.services {
            let path = ConfigPath.member(service.rule.name, of: "services")
            check(service.policies, target: path + ".", policies: path + ".", &decoder)
            for (number, version) in zip(service.rule.versions, service.versions) {
                let place = ConfigPath.member(number.text, of: path + ".versions")
                let isAlone = decoder.origins[path + ".versions"] == nil
                check(version.endpoints, at: (isAlone ? path : place) + ".endpoints", &decoder)
            }
        }
        checkListeners(and: [], &decoder)
        GatewayRelations(config: gateway).check(&decoder)
    }

    private func check(
        _ upstream: UpstreamConfig,
        target: String,
        policies: String,
        _ decoder: inout ConfigDecoder
    ) {
        if upstream.breaker.openFor > upstream.breaker.maxOpenFor {
            decoder.report(
                of: [policies + "breaker.openFor", policies + "breaker.maxOpenFor"],
                "breaker.openFor must not be longer than breaker.maxOpenFor"
            )
        }
        if upstream.retry.backoffBase > upstream.retry.backoffMax {
            decoder.report(
                of: [policies + "retry.backoff.base", policies + "retry.backoff.max"],
                "backoff.base must not be longer than backoff.max"
            )
        }
        if upstream.balance == .consistentHash, upstream.hashOn == nil {
            decoder.report(
                of: [target + "balance"],
                "\"consistentHash\" needs hashOn, such as \"header:x-session\""
            )
        }
        checkSpeech(upstream, target: target, &decoder)
        checkHealth(upstream.health, policies + "health.", &decoder)
        if upstream.retry.replayBody > server.limits.bufferMemory {
            decoder.report(
                of: [policies + "retry.replayBody", "limits.bufferMemory"],
                "retry.replayBody must not exceed limits.bufferMemory"
            )
        }
    }

    private func checkSpeech(
        _ upstream: UpstreamConfig,
        target: String,
        _ decoder: inout ConfigDecoder
    ) {
        let word = upstream.speech.rawValue
        switch (upstream.speech.isSecure, upstream.tls == nil) {
        case (true?, true):
            decoder.report(of: [target + "protocol"], "\"\(word)\" needs tls, if only tls: {}")
        case (false?, false):
            decoder.report(
                of: [target + "protocol", target + "tls"],
                "\"\(word)\" is without TLS, but there is tls: write h1tls or h2tls"
            )
        default:
            break
        }
    }

    private func checkHealth(
        _ health: HealthConfig,
        _ prefix: String,
        _ decoder: inout ConfigDecoder
    ) {
        guard let path = health.path else { return }
        let keys = [prefix + "path", prefix + "type"]
        if health.kind == .grpc {
            guard path.hasPrefix("/") else { return }
            decoder.report(of: keys, "names a service when health.type is \"grpc\", not a path")
        } else if !path.hasPrefix("/") {
            decoder.report(of: keys, "must begin with \"/\"")
        }
    }

    private func check(
        _ endpoints: [Address],
        at path: String,
        _ decoder: inout ConfigDecoder
    ) {
        guard Set(endpoints).count < endpoints.count else { return }
        decoder.report(of: [path], "names an endpoint twice")
    }

    private func checkLimits(_ decoder: inout ConfigDecoder) {
        if server.limits.uri > server.limits.requestHeaders {
            decoder.report(
                of: ["limits.uri", "limits.requestHeaders"],
                "limits.uri must not exceed limits.requestHeaders, which includes it"
            )
        }
    }

    private func checkListeners(
        and others: [(path: String, address: Address)],
        _ decoder: inout ConfigDecoder
    ) {
        var taken: [(path: String, address: Address)] = []
        let own =
            server.listen.map { (path: "listen", address: $0.address) }
            + [server.admin].compactMap { $0 }.map { (path: "admin", address: $0) }
        for (path, address) in own + others {
            if let other = taken.first(where: { $0.address.collides(with: address) }) {
                let both = other.path == path ? "twice" : "by \(other.path) too"
                decoder.report(of: [path, other.path], "\(address) is taken \(both)")
            }
            taken.append((path, address))
        }
    }

    private func checkLoop(_ endpoints: [Address], _ decoder: inout ConfigDecoder) {
        for endpoint in endpoints {
            let listeners = server.listen.map(\.address)
            guard let own = listeners.first(where: { $0.isReached(by: endpoint) }) else {
                continue
            }
            decoder.report(
                of: ["upstream.endpoints", "listen"],
                "\(endpoint) is the sidecar's own listener \(own): it would forward to itself"
            )
        }
    }
}

extension ConfigDecoder {
    /// Reports `message` at the first of `paths` that was written.
    ///
    /// A value with a problem of its own says nothing about its relation to others.
    mutating func report(of paths: [String], _ message: String) {
        guard !paths.contains(where: hasProblem) else { return }
        let written = paths.first { origins[$0] != nil } ?? paths.first ?? ""
        report(at: origin(of: written), written, message)
    }
}

extension Address {
    /// Whether both cannot be bound at the same time; port 0 never collides.
    fileprivate func collides(with other: Address) -> Bool {
        if self == other { return port != 0 }
        guard let port, port != 0, port == other.port else { return false }
        return isWildcard || other.isWildcard
    }

    /// Whether connecting to `endpoint` on this machine ends here.
    fileprivate func isReached(by endpoint: Address) -> Bool {
        if self == endpoint { return true }
        guard let port, port == endpoint.port, endpoint.isReachableByLoopback else { return false }
        return isWildcard
    }

    private var isWildcard: Bool {
        switch self {
        case .any: true
        case .host(let host, _): host == "0.0.0.0" || host == "::"
        case .unix, .dns: false
        }
    }
}
