import Base
import Policy

/// What must hold between keys that are each valid alone.
struct ConfigRelations {
    let config: SidecarConfig
    let allowsFaults: Bool

    /// Reports every relation that does not hold, at the key that was written.
    func check(_ decoder: inout ConfigDecoder) {
        check(config.upstream, target: "upstream.", policies: "", &decoder)
        for (index, outbound) in config.outbound.enumerated() {
            let prefix = "outbound[\(index)]."
            check(outbound.upstream, target: prefix, policies: prefix, &decoder)
        }
        checkLimits(&decoder)
        checkListeners(&decoder)
        if config.server.faults != nil, !allowsFaults {
            decoder.report(of: ["faults"], "refused unless started with --allow-faults")
        }
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
        if Set(upstream.endpoints).count < upstream.endpoints.count {
            decoder.report(of: [target + "endpoints"], "names an endpoint twice")
        }
    }

    private func checkLimits(_ decoder: inout ConfigDecoder) {
        if config.server.limits.uri > config.server.limits.requestHeaders {
            decoder.report(
                of: ["limits.uri", "limits.requestHeaders"],
                "limits.uri must not exceed limits.requestHeaders, which includes it"
            )
        }
        if config.upstream.retry.replayBody > config.server.limits.bufferMemory {
            decoder.report(
                of: ["retry.replayBody", "limits.bufferMemory"],
                "retry.replayBody must not exceed limits.bufferMemory"
            )
        }
    }

    private func checkListeners(_ decoder: inout ConfigDecoder) {
        var taken: [(path: String, address: Address)] = []
        let listeners =
            config.server.listen.map { ("listen", $0) }
            + [config.server.admin].compactMap { $0 }.map { ("admin", $0) }
            + config.outbound.enumerated().map { ("outbound[\($0)].listen", $1.listen) }
        for (path, address) in listeners {
            if let other = taken.first(where: { $0.address.collides(with: address) }) {
                let both = other.path == path ? "twice" : "by \(other.path) too"
                decoder.report(of: [path, other.path], "\(address) is taken \(both)")
            }
            taken.append((path, address))
        }
        for endpoint in config.upstream.endpoints {
            guard let own = config.server.listen.first(where: { $0.isReached(by: endpoint) }) else {
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
    fileprivate mutating func report(of paths: [String], _ message: String) {
        guard !paths.contains(where: hasProblem) else { return }
        let written = paths.first { origins[$0] != nil } ?? paths.first ?? ""
        report(at: origins[written] ?? .builtIn, written, message)
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
        case .unix: false
        }
    }
}
