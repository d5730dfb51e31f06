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
        if path == "routes" || path == "services" {
            return "belongs to a gateway's configuration, which this build does not run"
        }
        let siblings = siblings
        if let near = Spelling.nearest(to: name, among: siblings) {
            return "unknown key, did you mean \"\(near)\"?"
        }
        if let elsewhere = paths.first(where: { $0.hasSuffix("." + name) }) {
            return "unknown key, did you mean \"\(elsewhere)\"?"
        }
        return "unknown key; valid here are \(siblings.joined(separator: ", "))"
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
