/// Says what an unknown key was probably meant to be.
struct UnknownKey {
    let name: String
    /// The section it stands in, with its final dot; empty at the top.
    let prefix: String
    /// All paths of the object.
    let paths: [String]
    /// Where it stands in the whole configuration.
    let path: String

    /// The complaint with the best hint there is.
    ///
    /// First a neighbour with a similar name, then the same key in another section, then the
    /// list of what is valid here.
    var message: String {
        let siblings = siblings
        if path == name, let role = UnknownKey.role(of: name), !siblings.contains(name) {
            return "belongs to the configuration of a \(role.rawValue), which this is not"
        }
        if let near = Spelling.nearest(to: name, among: siblings) {
            return "unknown key, did you mean \"\(near)\"?"
        }
        if let elsewhere = paths.first(where: { $0.hasSuffix("." + name) }) {
            return "unknown key, did you mean \"\(elsewhere)\"?"
        }
        return "unknown key; valid here are \(siblings.joined(separator: ", "))"
    }

    /// The role of whose configuration alone `name` is a section.
    private static func role(of name: String) -> ProxyConfig.Role? {
        let isSidecars = isSection(name, of: ConfigKey<SidecarConfig>.sidecar.map(\.path))
        let isGateways = isSection(name, of: ConfigKey<GatewayConfig>.gateway.map(\.path))
        if isSidecars == isGateways { return nil }
        return isSidecars ? .sidecar : .gateway
    }

    private static func isSection(_ name: String, of paths: [String]) -> Bool {
        paths.contains { $0 == name || $0.hasPrefix(name + ".") }
    }

    private var siblings: [String] {
        var names: [String] = []
        for path in paths where path.hasPrefix(prefix) {
            let name = String(path.dropFirst(prefix.count).prefix { $0 != "." })
            if !names.contains(name) { names.append(name) }
        }
        return names
    }
}
