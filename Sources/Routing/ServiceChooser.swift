package import Base
package import Wire

/// Chooses the version of a service that serves a request, and knows what stands in for it.
///
/// First the route's range, then the version that the path names, then the one that a header or
/// the query names, then the service's split. Immutable, shared by all workers.
package final class ServiceChooser: Sendable {
    private struct Service: Sendable {
        let versions: [SemanticVersion]
        /// As they were written, to be compared with what a request names.
        let texts: [[UInt8]]
        let shares: VersionShares
        let stickiness: ServiceRule.Stickiness
        let header: [UInt8]
        let versionHeader: [UInt8]
        let versionQuery: [UInt8]
        let hash: SipHash
        /// The place of its first version in `targets`.
        let base: Int
    }

    /// Every version of every service, in the order of the configuration.
    package let targets: [Target]
    private let services: [Service]
    private let places: [String: Int]
    private let chains: [[Int]]

    package init(_ rules: [ServiceRule]) {
        var targets: [Target] = []
        var services: [Service] = []
        for (index, rule) in rules.enumerated() {
            services.append(Self.make(rule, base: targets.count))
            targets += rule.versions.indices.map { Target(service: index, version: $0) }
        }
        let names = rules.enumerated().map { ($0.element.name, $0.offset) }
        let places = Dictionary(names, uniquingKeysWith: { first, _ in first })
        let mains = services.map(\.shares.main)
        chains = targets.map { target in
            FallbackChain.resolve(target, rules, mains, places).map {
                services[$0.service].base + $0.version
            }
        }
        self.targets = targets
        self.services = services
        self.places = places
    }

    /// The place of the service named `name`.
    package func service(named name: String) -> Int? {
        places[name]
    }

    /// The targets that stand in for `target`, in order; places in `targets`.
    package func fallbacks(of target: Int) -> [Int] {
        chains[target]
    }

    /// The place in `targets` of a service's version.
    package func target(service: Int, version: Int) -> Int {
        precondition(services[service].versions.indices.contains(version), "no such version")
        return services[service].base + version
    }

    /// The target of a request to `service`; `nil` when no version fits: `no_route`.
    ///
    /// `range` is the route's; `segment` is what stands in the path for `{version}`.
    package func choose(
        service: Int,
        range: VersionRange?,
        segment: [UInt8]?,
        head: RequestHead,
        caller: CallerTraits,
        random: inout RandomSource
    ) -> Int? {
        let service = services[service]
        guard !service.versions.isEmpty else { return nil }
        if let range {
            return range.highest(of: service.versions).map { service.base + $0 }
        }
        if let wish = segment ?? Self.wish(service, head) {
            return Self.version(wish, service).map { service.base + $0 }
        }
        let point = Self.point(service, head, caller) ?? random.next()
        return service.base + service.shares.version(at: point)
    }

    /// What a header or the query names, if the service lets them.
    private static func wish(_ service: Service, _ head: RequestHead) -> [UInt8]? {
        let bytes = head.fields.bytes.span
        if let value = HeaderName.first(service.versionHeader, in: head.fields), !value.isEmpty {
            return bytes.array(value)
        }
        guard !service.versionQuery.isEmpty else { return nil }
        let query = head.query
        return QueryPairs.first(service.versionQuery, in: bytes, query)
    }

    /// The version written exactly as `wish`, else the highest of the range that it is.
    private static func version(_ wish: [UInt8], _ service: Service) -> Int? {
        if let exact = service.texts.firstIndex(of: wish) { return exact }
        guard wish.count <= VersionRange.longestText else { return nil }
        return VersionRange(String(decoding: wish, as: UTF8.self))?.highest(of: service.versions)
    }

    /// Where the caller stands on the line of shares; `nil` when nothing holds it to a place.
    private static func point(
        _ service: Service,
        _ head: RequestHead,
        _ caller: CallerTraits
    ) -> UInt64? {
        switch service.stickiness {
        case .none: return nil
        case .tenant: return point(service, caller.tenant)
        case .user: return point(service, caller.subject)
        case .header:
            guard let value = HeaderName.first(service.header, in: head.fields) else { return nil }
            if value.isEmpty { return nil }
            return service.hash.hash(head.fields.bytes.span, value)
        }
    }

    private static func point(_ service: Service, _ value: [UInt8]) -> UInt64? {
        value.isEmpty ? nil : service.hash.hash(value.span, 0..<value.count)
    }

    private static func make(_ rule: ServiceRule, base: Int) -> Service {
        var header: [UInt8] = []
        if case .header(let name) = rule.stickiness { header = Array(name.utf8) }
        // A key for each service, so that the first callers of one canary are not those of all;
        // made of its name, so that every replica chooses alike.
        let name = Array(rule.name.utf8)
        let low = SipHash(low: 0, high: 0).hash(name.span, 0..<name.count)
        let high = SipHash(low: 0, high: 1).hash(name.span, 0..<name.count)
        return Service(
            versions: rule.versions,
            texts: rule.versions.map { Array($0.text.utf8) },
            shares: VersionShares(rule.split, versions: rule.versions),
            stickiness: rule.stickiness,
            header: header,
            versionHeader: Array((rule.versionHeader ?? "").utf8),
            versionQuery: Array((rule.versionQuery ?? "").utf8),
            hash: SipHash(low: low, high: high),
            base: base
        )
    }
}
