/// Walks a tree by the schema, fills the configuration, and notes every problem on its way.
///
/// It goes on after a problem, so that whoever wrote the file sees all of them at once; a key
/// with a problem keeps its former value.
struct ConfigDecoder {
    /// More problems than this are not shown: the file is then something else altogether.
    static let problemLimit = 100

    /// Where the tree being walked was written.
    enum Source {
        case file(name: String)
        case environment(variable: String)
        case flag(name: String)
    }

    private(set) var problems: [ConfigProblem] = []
    /// Where each key that was given was given, the last word winning.
    private(set) var origins: [String: ConfigOrigin] = [:]
    /// Paths of the files that were read beside the configuration, readable or not.
    private(set) var files: [String] = []
    private var source: Source
    private var path = ConfigPath()
    private let secrets: SecretReader

    init(secrets: SecretReader) {
        source = .file(name: "")
        self.secrets = secrets
    }

    /// Decodes a whole file into `root`.
    mutating func decode<Root>(
        file name: String,
        _ node: JSON5Node,
        by keys: [ConfigKey<Root>],
        into root: inout Root
    ) {
        source = .file(name: name)
        decode(node, by: keys, into: &root)
    }

    /// Decodes one value that a flag or a variable gives for `key`.
    mutating func decode<Root>(
        _ node: JSON5Node,
        from source: Source,
        for key: ConfigKey<Root>,
        into root: inout Root
    ) {
        self.source = source
        path.enter(keyPath: key.path)
        origins[key.path] = origin(at: node.position)
        key.decode(node, &self, &root)
        path.leave()
    }

    /// Decodes the object `node`, whose members are `keys` or sections of them.
    mutating func decode<Root>(
        _ node: JSON5Node,
        by keys: [ConfigKey<Root>],
        below prefix: String = "",
        into root: inout Root
    ) {
        guard case .object(let members) = node.value else {
            reportKind(node, wanted: "an object")
            return
        }
        for member in members where problems.count < ConfigDecoder.problemLimit {
            let relative = prefix + member.name
            path.enter(member.name)
            if let key = keys.first(where: { $0.path == relative || $0.synonym == relative }) {
                origins[path.description] = origin(at: member.position)
                key.decode(member.value, &self, &root)
            } else if keys.contains(where: { $0.path.hasPrefix(relative + ".") }) {
                decode(member.value, by: keys, below: relative + ".", into: &root)
            } else {
                reportUnknown(member, among: keys.map(\.path), below: prefix)
            }
            path.leave()
        }
    }

    /// Decodes every element of a list, leaving out those that have problems.
    mutating func decodeEach<Value>(
        _ elements: [JSON5Node],
        as type: ConfigType<Value>
    ) -> [Value] {
        var values: [Value] = []
        for (index, element) in elements.enumerated() {
            path.enter(index: index)
            if let value = type.decode(element, &self) { values.append(value) }
            path.leave()
        }
        return values
    }

    /// Reports each of `names` that the object `node` lacks.
    mutating func requireKeys(_ names: [String], in node: JSON5Node) {
        guard case .object(let members) = node.value else { return }
        for name in names where !members.contains(where: { $0.name == name }) {
            report(node, "lacks the key \"\(name)\"")
        }
    }

    /// Decodes every member of an object whose names are free, leaving out those with problems.
    mutating func decodeEach<Value>(
        _ members: [JSON5Node.Member],
        as type: ConfigType<Value>
    ) -> [(name: String, value: Value)] {
        var values: [(name: String, value: Value)] = []
        for member in members where problems.count < ConfigDecoder.problemLimit {
            path.enter(member.name)
            origins[path.description] = origin(at: member.position)
            if let value = type.decode(member.value, &self) { values.append((member.name, value)) }
            path.leave()
        }
        return values
    }

    /// Reads a file that the configuration names at `node`, relative to its own folder.
    mutating func readFile(_ name: String, at node: JSON5Node) -> (path: String, bytes: [UInt8])? {
        let path = secrets.path(of: name)
        note(file: path)
        if let bytes = secrets.bytes(at: path) { return (path, bytes) }
        report(node, "the file \(path) cannot be read")
        return nil
    }

    /// The bytes of a file that belongs to the system; its change is no change of ours.
    func bytes(at path: String) -> [UInt8]? { secrets.bytes(at: path) }

    /// What the environment says.
    func variable(_ name: String) -> String? { secrets.variable(name) }

    private mutating func note(file path: String) {
        if !files.contains(path) { files.append(path) }
    }

    /// Reads a secret: text, or an object that says where it lies.
    mutating func decodeSecret(_ node: JSON5Node) -> String? {
        if let path = secrets.path(of: node) { note(file: path) }
        do throws(SecretReader.Failure) {
            return try secrets.read(node)
        } catch {
            report(node, error.message)
            return nil
        }
    }

    /// Notes that the value `node` of the current key is wrong.
    mutating func report(_ node: JSON5Node, _ message: String) {
        report(at: origin(at: node.position), path.description, message)
    }

    /// Where the key at `path` was written, or the nearest that holds it.
    func origin(of path: String) -> ConfigOrigin {
        var path = Substring(path)
        while !path.isEmpty {
            if let origin = origins[String(path)] { return origin }
            path = path.dropLast()
            path = path[..<(path.lastIndex { $0 == "." || $0 == "[" } ?? path.startIndex)]
        }
        return .builtIn
    }

    /// Notes that the member `name` of the object `node` is wrong, or `node` if it has none.
    mutating func report(_ node: JSON5Node, key name: String, _ message: String) {
        guard case .object(let members) = node.value,
            let member = members.first(where: { $0.name == name })
        else {
            report(node, message)
            return
        }
        path.enter(name)
        report(at: origin(at: member.position), path.description, message)
        path.leave()
    }

    /// Notes that `node` is of another kind than `wanted`.
    mutating func reportKind(_ node: JSON5Node, wanted: String) {
        report(node, "must be \(wanted), not \(node.value.kindName)")
    }

    /// Whether the value of `path`, or a part of it, has a problem.
    func hasProblem(at path: String) -> Bool {
        problems.contains { $0.keyPath.hasPrefix(path) }
    }

    /// Notes a problem of any place and key.
    mutating func report(at origin: ConfigOrigin, _ keyPath: String, _ message: String) {
        guard problems.count < ConfigDecoder.problemLimit else { return }
        problems.append(ConfigProblem(origin: origin, keyPath: keyPath, message: message))
        guard problems.count == ConfigDecoder.problemLimit else { return }
        let rest = "too many problems, the rest is not shown"
        problems.append(ConfigProblem(origin: .builtIn, keyPath: "", message: rest))
    }

    private func origin(at position: TextPosition) -> ConfigOrigin {
        switch source {
        case .file(let name): .file(name: name, position)
        case .environment(let variable): .environment(variable: variable)
        case .flag(let name): .flag(name: name)
        }
    }

    private mutating func reportUnknown(
        _ member: JSON5Node.Member,
        among paths: [String],
        below prefix: String
    ) {
        let message =
            UnknownKey(name: member.name, prefix: prefix, paths: paths, path: path.description)
            .message
        report(at: origin(at: member.position), path.description, message)
    }
}
