import Access
import Config
import Reactor

/// `outrider keys`: makes, changes and shows the records of API keys.
enum KeysCommand {
    static let syntax = Syntax(
        summary: "make, rotate and list API keys of a gateway",
        operands: "new|rotate|list|hash",
        operandCount: 1...1,
        flags: [
            .init(name: "file", placeholder: "FILE", summary: "records, as auth.apiKeys names it"),
            .init(name: "id", placeholder: "ID", summary: "public name of the key, for logs"),
            .init(name: "tenant", placeholder: "TENANT", summary: "new: tenant of the caller"),
            .init(name: "tier", placeholder: "TIER", summary: "new: tier of the caller"),
            .init(
                name: "scope",
                placeholder: "SCOPE",
                summary: "new: what it may do",
                isRepeated: true
            ),
            .init(
                name: "model",
                placeholder: "MODEL",
                summary: "new: model or service it may use, such as llama-*; any unless given",
                isRepeated: true
            ),
            .init(
                name: "expires",
                placeholder: "WHEN",
                summary: "when the secret ends: 2027-01-31, or a span such as 720h"
            ),
            .init(
                name: "overlap",
                placeholder: "TIME",
                summary: "rotate: how long former secrets stay good; 24h unless given"
            ),
        ],
        details: """
            new      makes a key, appends its record to FILE (which it creates if need be) and
                     prints the key as the last line of standard output: it is shown this once
            rotate   gives the key ID of FILE a new secret; the former ones end after the overlap
            list     shows the keys of FILE, and never a secret
            hash     reads a key from standard input and prints its hash line

            FILE holds hashes alone. A gateway that runs takes its changes at once.

              outrider keys new --file keys.json5 --id acme --tenant acme --scope chat
              outrider keys rotate --file keys.json5 --id acme --overlap 24h
            """
    )

    /// Does what is named.
    static func run(_ arguments: Arguments) throws(UsageError) -> ExitStatus {
        let word = arguments.operands.first ?? ""
        guard let action = KeysRequest.Action(rawValue: word) else {
            let words = KeysRequest.Action.allCases.map(\.rawValue)
            let near = Spelling.suggestion(for: word, among: words)
            throw UsageError(message: "keys: no action \"\(word)\"\(near)")
        }
        let now = Int64(Clock.wall() / 1_000_000_000)
        let request = try KeysRequest(action, arguments, now: now)
        do throws(KeyStore.Failure) {
            switch action {
            case .new: try make(request)
            case .rotate: try rotate(request)
            case .list: try list(request)
            case .hash: return hash()
            }
        } catch {
            for line in error.lines { Terminal.complain(line) }
            return .failed
        }
        return .done
    }

    private static func make(_ request: KeysRequest) throws(KeyStore.Failure) {
        let key = FreshKey()
        var record = KeyRecord(id: request.id ?? "key-" + FreshKey.randomName())
        record.caller = request.caller
        record.secrets = [secret(of: key, request)]
        if let path = request.file {
            try KeyStore(path: path).change { (file) throws(KeyFile.Failure) in
                try file.add(record)
            }
            Terminal.tell("Key \"\(record.id)\" is in \(path). It is shown this once:\n")
        } else {
            Terminal.write(KeyFile.text(of: record) + "\n")
            Terminal.tell(
                "The record goes into the `keys` of a file; the key is shown this once:\n"
            )
        }
        Terminal.write(key.text + "\n")
    }

    private static func rotate(_ request: KeysRequest) throws(KeyStore.Failure) {
        guard let path = request.file, let id = request.id else { return }
        let key = FreshKey()
        let secret = secret(of: key, request)
        try KeyStore(path: path).change { (file) throws(KeyFile.Failure) in
            try file.rotate(id, to: secret, formerEnd: request.formerEnd, now: request.now)
        }
        let end = Moment.text(of: request.formerEnd)
        Terminal.tell(
            "Former secrets of \"\(id)\" end at \(end). The new one is shown this once:\n"
        )
        Terminal.write(key.text + "\n")
    }

    private static func list(_ request: KeysRequest) throws(KeyStore.Failure) {
        guard let path = request.file else { return }
        let file = try KeyStore(path: path).read()
        Terminal.write(KeyListing(file, now: request.now).text)
    }

    private static func hash() -> ExitStatus {
        let bytes = (try? FileReader.read("/dev/stdin", upTo: 4_096)) ?? []
        let text = bytes.prefix { $0 != 0x0a && $0 != 0x0d }
        guard APIKey.isWellFormed(Array(text).span) else {
            Terminal.complain("this is no key of ours: beginning, length or checksum is wrong")
            return .failed
        }
        Terminal.write(SecretHash.text(of: APIKey.hash(Array(text).span)) + "\n")
        return .done
    }

    private static func secret(of key: FreshKey, _ request: KeysRequest) -> KeyRecord.Secret {
        var secret = KeyRecord.Secret(hash: key.hash)
        secret.notBefore = request.now
        secret.expires = request.expires
        return secret
    }
}
