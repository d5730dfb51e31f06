package import Access

/// What `outrider keys` does to a file of records.
extension KeyFile {
    package enum Failure: Error, Sendable, Hashable {
        case taken(id: String)
        case malformed(id: String)
        case absent(id: String, near: String)
        case tooManySecrets

        /// What is wrong, as a clause for people.
        package var message: String {
            switch self {
            case .taken(let id): "there is a key \"\(id)\" already; `rotate` gives it a new secret"
            case .malformed(let id): "\"\(id)\" is not an id; letters, digits and -_. are"
            case .absent(let id, let near): "there is no key \"\(id)\"\(near)"
            case .tooManySecrets: "a key has at most \(Limits.secrets) secrets that are good"
            }
        }
    }

    /// Appends a record of its own id.
    package mutating func add(_ record: KeyRecord) throws(Failure) {
        guard KeyFile.isID(record.id) else { throw .malformed(id: record.id) }
        guard !records.contains(where: { $0.id == record.id }) else {
            throw .taken(id: record.id)
        }
        records.append(record)
    }

    /// Gives the key `id` a new secret; the former ones end at `end`, unless they do so before.
    ///
    /// Secrets that have ended by `now` are forgotten. Both are seconds since 1970.
    package mutating func rotate(
        _ id: String,
        to secret: KeyRecord.Secret,
        formerEnd end: Int64,
        now: Int64
    ) throws(Failure) {
        guard let index = records.firstIndex(where: { $0.id == id }) else {
            let near = Spelling.suggestion(for: id, among: records.map(\.id))
            throw .absent(id: id, near: near)
        }
        var secrets = records[index].secrets.filter { $0.expires ?? .max > now }
        for place in secrets.indices where secrets[place].expires ?? .max > end {
            secrets[place].expires = end
        }
        guard secrets.count < Limits.secrets else { throw .tooManySecrets }
        records[index].secrets = secrets + [secret]
    }

    /// Whether `text` may be the id of a key.
    private static func isID(_ text: String) -> Bool {
        var decoder = ConfigDecoder(secrets: SecretReader(environment: [:], readFile: { _ in nil }))
        return ConfigType<String>.keyID.decode(JSON5Node(.text(text)), &decoder) != nil
    }
}
