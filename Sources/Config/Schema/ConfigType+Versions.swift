import Base
import Routing

extension ConfigType<SemanticVersion> {
    /// One version.
    static let version = ConfigType<String>.text(upTo: 128).refined(
        { text, node, decoder in
            if let version = SemanticVersion(text) { return version }
            decoder.report(node, notAVersion(text))
            return nil
        },
        show: { .text($0.text) }
    )

    /// What is wrong with `text` when it is no version.
    static func notAVersion(_ text: String) -> String {
        "\"\(text)\" is not a version such as 1.4.0"
    }
}

extension ConfigType<VersionRange> {
    /// Which versions will do.
    static let versionRange = ConfigType<String>.text(upTo: 128).refined(
        { text, node, decoder in
            if let range = VersionRange(text) { return range }
            decoder.report(node, "\"\(text)\" is not a range of versions such as ^1.4")
            return nil
        },
        show: { .text($0.text) }
    )
}

extension ConfigType<ServiceRule.Stickiness> {
    /// `tenant`, `user`, `header:NAME` or `none`.
    static let stickiness = ConfigType(
        name: "string",
        bound: "`none`, `tenant`, `user`, `header:NAME`",
        schema: [
            .init("type", .text("string")),
            .init("pattern", .text("^(none|tenant|user|header:.+)$")),
        ],
        decode: { node, decoder in
            guard case .text(let text) = node.value else {
                decoder.reportKind(node, wanted: "a string")
                return nil
            }
            switch text {
            case "none": return ServiceRule.Stickiness.none
            case "tenant": return .tenant
            case "user": return .user
            default:
                let name = text.dropFirst("header:".count)
                let isName = (1...128).contains(name.utf8.count)
                if text.hasPrefix("header:"), isName, name.utf8.allSatisfy(ASCII.isToken) {
                    return .header(name.lowercased())
                }
                let words = ["tenant", "user", "none"]
                let near = Spelling.suggestion(for: text, among: words)
                let hint = near.isEmpty ? "; valid are tenant, user, header:NAME, none" : near
                decoder.report(node, "\"\(text)\" is nothing to be sticky by\(hint)")
                return nil
            }
        },
        show: { stickiness in
            switch stickiness {
            case .none: .text("none")
            case .tenant: .text("tenant")
            case .user: .text("user")
            case .header(let name): .text("header:\(name)")
            }
        }
    )
}
