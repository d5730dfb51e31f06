/// Finds secrets where a configuration says that they lie.
package struct SecretReader: Sendable {
    /// Longest secret; longer ones are a wrong file.
    static let limit = 4_096

    enum Failure: Error, Hashable {
        case notASecret
        case noVariable(String)
        case noFile(String)
        case notText(String)
        case badLength
    }

    private let environment: [String: String]
    private let folder: String
    private let readFile: @Sendable (String) -> [UInt8]?

    /// `readFile` yields a file's bytes, or `nil` when it cannot be read; relative paths begin in
    /// `folder`.
    package init(
        environment: [String: String],
        folder: String = "",
        readFile: @escaping @Sendable (String) -> [UInt8]?
    ) {
        self.environment = environment
        self.folder = folder
        self.readFile = readFile
    }

    /// Where a file of this name lies.
    func path(of name: String) -> String {
        if name.hasPrefix("/") || folder.isEmpty { return name }
        return folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }

    /// The file in which the secret `node` lies, if it lies in one.
    func path(of node: JSON5Node) -> String? {
        guard case .object(let members) = node.value, members.count == 1,
            members[0].name == "file", case .text(let name) = members[0].value.value
        else { return nil }
        return path(of: name)
    }

    /// What the environment says.
    func variable(_ name: String) -> String? { environment[name] }

    /// The bytes of the file at `path`, or `nil` when it cannot be read.
    func bytes(at path: String) -> [UInt8]? {
        readFile(path)
    }

    /// The secret that `node` writes or names.
    func read(_ node: JSON5Node) throws(Failure) -> String {
        switch node.value {
        case .text(let text): return try checked(text)
        case .object(let members):
            guard members.count == 1, case .text(let name) = members[0].value.value else {
                throw .notASecret
            }
            switch members[0].name {
            case "env": return try readVariable(name)
            case "file": return try readText(at: path(of: name))
            default: throw .notASecret
            }
        case .null, .boolean, .number, .list: throw .notASecret
        }
    }

    private func readVariable(_ name: String) throws(Failure) -> String {
        guard let value = environment[name] else { throw .noVariable(name) }
        return try checked(value)
    }

    private func readText(at path: String) throws(Failure) -> String {
        guard let bytes = readFile(path) else { throw .noFile(path) }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notText(path) }
        // Editors and `echo` end a file with a line end that nobody means as a secret.
        let lineEnds = text.reversed().prefix { $0.isNewline }.count
        return try checked(String(text.dropLast(lineEnds)))
    }

    private func checked(_ text: String) throws(Failure) -> String {
        guard (1...SecretReader.limit).contains(text.utf8.count) else { throw .badLength }
        return text
    }
}

extension SecretReader.Failure {
    /// What is wrong, never with a secret in it.
    var message: String {
        switch self {
        case .notASecret: "must be a string, { env: \"NAME\" } or { file: \"/path\" }"
        case .noVariable(let name): "the environment has no variable \(name)"
        case .noFile(let path): "the file \(path) cannot be read"
        case .notText(let path): "the file \(path) is not UTF-8"
        case .badLength: "a secret must be 1 to \(SecretReader.limit) bytes long"
        }
    }
}
