import Base
import Policy
import Routing

/// One version as a service names it.
struct VersionEntry: Sendable {
    var number: SemanticVersion
    var config: VersionConfig
}

/// One share of a split.
struct SplitEntry: Sendable {
    var number: SemanticVersion
    var percent: Double
}

/// A service as it is written, before its parts are held against each other.
struct ServiceEntry: Sendable {
    var versions: [VersionEntry] = []
    var endpoints: [Address] = []
    var costPerCall = 0.0
    var split: [SplitEntry]?
    var stable: SemanticVersion?
    var stickiness = ServiceRule.Stickiness.none
    var fallback: [String] = []
    var models: [String] = []
    var versionHeader: String?
    var versionQuery: String?
    var policies = UpstreamConfig.service

    init() {}

    /// The writing that makes `service`.
    init(_ service: ServiceConfig) {
        let rule = service.rule
        versions = zip(rule.versions, service.versions).map {
            VersionEntry(number: $0, config: $1)
        }
        switch rule.split {
        case .stable(let version): stable = version
        case .percent(let shares):
            split = zip(rule.versions, shares).map { SplitEntry(number: $0, percent: $1) }
        }
        stickiness = rule.stickiness
        fallback = rule.fallback
        models = rule.models
        versionHeader = rule.versionHeader
        versionQuery = rule.versionQuery
        policies = service.policies
    }

    /// The service that is written at `node`, or `nil` after reporting why there is none.
    func service(_ node: JSON5Node, _ decoder: inout ConfigDecoder) -> ServiceConfig? {
        guard let versions = ordered(node, &decoder),
            let split = split(of: versions.map(\.number), node, &decoder)
        else { return nil }
        var rule = ServiceRule(name: "", split: split)
        rule.versions = versions.map(\.number)
        rule.stickiness = stickiness
        rule.fallback = fallback
        rule.models = models
        rule.versionHeader = versionHeader
        rule.versionQuery = versionQuery
        var service = ServiceConfig(rule: rule)
        service.versions = versions.map(\.config)
        service.policies = policies
        let asksByHTTP = policies.health.path != nil || policies.engine != .generic
        if asksByHTTP, node["health"]?.has("type") != true { service.policies.health.kind = .http }
        return service
    }

    /// The versions in ascending order, each number once.
    private func ordered(_ node: JSON5Node, _ decoder: inout ConfigDecoder) -> [VersionEntry]? {
        var all = versions
        if !endpoints.isEmpty {
            guard all.isEmpty else {
                decoder.report(node, key: "endpoints", "versions say where the service is already")
                return nil
            }
            guard let number = SemanticVersion("1") else { return nil }
            var only = VersionConfig()
            only.endpoints = endpoints
            only.costPerCall = costPerCall
            all = [VersionEntry(number: number, config: only)]
        }
        guard !all.isEmpty else {
            decoder.report(node, "says nowhere where it is: give it endpoints, or versions")
            return nil
        }
        all.sort { $0.number < $1.number }
        for (version, next) in zip(all, all.dropFirst())
        where version.number == next.number {
            let both = "\"\(version.number.text)\" and \"\(next.number.text)\""
            decoder.report(node, key: "versions", "\(both) are the same version")
            return nil
        }
        return all
    }

    private func split(
        of versions: [SemanticVersion],
        _ node: JSON5Node,
        _ decoder: inout ConfigDecoder
    ) -> ServiceRule.Split? {
        let names = versions.map(\.text).joined(separator: ", ")
        if let stable {
            guard split == nil else {
                decoder.report(node, key: "stable", "must not stand beside split")
                return nil
            }
            if let version = versions.first(where: { $0 == stable }) { return .stable(version) }
            let message = "there is no version \"\(stable.text)\"; there are \(names)"
            decoder.report(node, key: "stable", message)
            return nil
        }
        guard let split else {
            if versions.count == 1 { return .stable(versions[0]) }
            decoder.report(node, key: "versions", "several need split or stable beside them")
            return nil
        }
        return shares(split, of: versions, node, &decoder)
    }

    private func shares(
        _ split: [SplitEntry],
        of versions: [SemanticVersion],
        _ node: JSON5Node,
        _ decoder: inout ConfigDecoder
    ) -> ServiceRule.Split? {
        var shares = versions.map { _ in 0.0 }
        for entry in split {
            guard let index = versions.firstIndex(of: entry.number) else {
                let names = versions.map(\.text).joined(separator: ", ")
                let message = "there is no version \"\(entry.number.text)\"; there are \(names)"
                decoder.report(node, key: "split", message)
                return nil
            }
            shares[index] += entry.percent
        }
        let sum = shares.reduce(0, +)
        guard abs(sum - 100) < 0.000_001 else {
            decoder.report(node, key: "split", "must be 100 together, not \(JSONTree(sum).line)")
            return nil
        }
        return .percent(shares)
    }
}

extension UpstreamConfig {
    /// How a gateway reaches a service unless told otherwise.
    ///
    /// What a service can take at once is its sidecar's to say, so nothing waits in a gateway. A
    /// check only connects: over HTTP it would compete with callers for the model.
    package static var service: UpstreamConfig {
        var config = UpstreamConfig()
        config.endpoints = []
        config.admission.concurrency = 65_536
        config.admission.queue = 0
        config.health.kind = .tcp
        return config
    }
}
