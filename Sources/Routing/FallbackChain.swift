/// What stands in for a target before the first byte, in the order in which it is tried.
///
/// `@1.4.0` is another version of the same service; a name is a service, by its main version,
/// and after it what stands in for that service.
enum FallbackChain {
    /// The chain of `target`, each target once and never the target itself.
    static func resolve(
        _ target: Target,
        _ services: [ServiceRule],
        _ mains: [Int],
        _ places: [String: Int]
    ) -> [Target] {
        var chain: [Target] = []
        var seen: Set<Int> = []
        append(target.service, services, mains, places, &seen, &chain)
        return chain.filter { $0 != target }
    }

    /// The services on a circle through `service`, which begins and ends with it.
    static func cycle(
        from service: Int,
        _ services: [ServiceRule],
        _ places: [String: Int]
    ) -> [String]? {
        var seen: Set<Int> = []
        return cycle(at: service, to: service, services, places, &seen)
    }

    private static func append(
        _ service: Int,
        _ services: [ServiceRule],
        _ mains: [Int],
        _ places: [String: Int],
        _ seen: inout Set<Int>,
        _ chain: inout [Target]
    ) {
        guard seen.insert(service).inserted else { return }
        for name in services[service].fallback {
            if let version = version(name, of: services[service]) {
                take(Target(service: service, version: version), &chain)
            } else if let other = places[name], !services[other].versions.isEmpty {
                take(Target(service: other, version: mains[other]), &chain)
                append(other, services, mains, places, &seen, &chain)
            }
        }
    }

    private static func take(_ target: Target, _ chain: inout [Target]) {
        if !chain.contains(target) { chain.append(target) }
    }

    /// The place of the version that `@…` names.
    static func version(_ name: String, of service: ServiceRule) -> Int? {
        guard name.first == "@", let version = SemanticVersion(String(name.dropFirst())) else {
            return nil
        }
        return service.versions.firstIndex(of: version)
    }

    private static func cycle(
        at service: Int,
        to end: Int,
        _ services: [ServiceRule],
        _ places: [String: Int],
        _ seen: inout Set<Int>
    ) -> [String]? {
        for name in services[service].fallback {
            guard let next = places[name] else { continue }
            if next == end { return [services[service].name, name] }
            guard seen.insert(next).inserted else { continue }
            if let rest = cycle(at: next, to: end, services, places, &seen) {
                return [services[service].name] + rest
            }
        }
        return nil
    }
}
