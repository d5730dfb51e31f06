import Base
import Routing
import Wire

/// What decided on the version of a service.
struct VersionReason {
    let text: String

    /// In the order in which the gateway asks: route, path, header, query, split.
    init(_ rule: ServiceRule, _ route: Route, segment: [UInt8]?, _ head: RequestHead) {
        if let range = route.version {
            text = "the route's range \(range.text)"
        } else if let segment {
            text = "the path's \(String(decoding: segment, as: UTF8.self))"
        } else if let header = rule.versionHeader, let value = VersionReason.value(header, head) {
            text = "the header \(header): \(value)"
        } else if let name = rule.versionQuery, VersionReason.isInQuery(name, head) {
            text = "the query's \(name)"
        } else {
            text = VersionReason.split(rule)
        }
    }

    private static func split(_ rule: ServiceRule) -> String {
        switch rule.split {
        case .stable: return rule.versions.count == 1 ? "being the only one" : "being stable"
        case .percent(let shares):
            let parts = zip(rule.versions, shares).map { version, share in
                let whole = Int(exactly: share).map(String.init) ?? String(describing: share)
                return "\(version.text) \(whole) %"
            }
            return "the split \(parts.joined(separator: ", ")) \(stickiness(rule.stickiness))"
        }
    }

    private static func stickiness(_ stickiness: ServiceRule.Stickiness) -> String {
        switch stickiness {
        case .none: "by chance"
        case .tenant: "by tenant"
        case .user: "by user"
        case .header(let name): "by header \(name)"
        }
    }

    private static func value(_ header: String, _ head: RequestHead) -> String? {
        let line = head.fields.lines.first { head.fields.text($0.nameRange).lowercased() == header }
        let value = line.map { head.fields.text($0.valueRange) } ?? ""
        return value.isEmpty ? nil : value
    }

    private static func isInQuery(_ name: String, _ head: RequestHead) -> Bool {
        let query = head.fields.text(head.target).split(separator: "?", maxSplits: 1).dropFirst()
        let pairs = (query.first ?? "").split(separator: "&")
        return pairs.contains { $0.prefix { $0 != "=" } == name }
    }
}
