import Access
import Base

extension ConfigKey<KeyFile> {
    /// The one key of a file of records.
    static let all: [ConfigKey<KeyFile>] = [
        ConfigKey(
            "keys",
            \.records,
            .list(
                of: .object(
                    ConfigKey<KeyRecord>.all,
                    startingFrom: KeyRecord(id: ""),
                    required: ["id"]
                ),
                0...KeyFile.Limits.records
            ),
            "Records of API keys."
        )
    ]
}

extension ConfigKey<KeyRecord> {
    /// The keys of a record.
    static let all: [ConfigKey<KeyRecord>] =
        [ConfigKey("id", \.id, .keyID, "Public name of the key, which never changes.")]
        + ConfigKey<CallerSettings>.all.map { $0.lifted(to: \.caller) }
        + [
            ConfigKey(
                "secrets",
                \.secrets,
                .oneOrMore(
                    of: .object(
                        ConfigKey<KeyRecord.Secret>.all,
                        startingFrom: KeyRecord.Secret(hash: []),
                        required: ["hash"]
                    ),
                    0...KeyFile.Limits.secrets
                ),
                "Hashes of what proves it; several while they rotate."
            )
        ]
}

extension ConfigKey<KeyRecord.Secret> {
    /// The keys of a secret.
    static let all: [ConfigKey<KeyRecord.Secret>] = [
        ConfigKey("hash", \.hash, .secretHash, "SHA-256 of the whole key."),
        ConfigKey("notBefore", \.notBefore, .optional(.timestamp), "When it begins to be good."),
        ConfigKey("expires", \.expires, .optional(.timestamp), "When it ends to be good."),
        ConfigKey(
            "state",
            \.isRevoked,
            ConfigType<KeyState>.word("a state")
                .mapped({ $0 == .revoked }, show: { .text($0 ? "revoked" : "active") }),
            "Whether it may be used at all."
        ),
    ]
}

/// The words for whether a secret may be used.
private enum KeyState: String, CaseIterable {
    case active
    case revoked
}

extension ConfigType<String> {
    /// The public name of a key: what a header, a log and a shell take without quotes.
    static let keyID = text(upTo: 128).restricted { text in
        text.utf8.allSatisfy(ASCII.isToken)
            ? nil : "\"\(text)\" is not an id; letters, digits and -_. are"
    }
}

extension ConfigType<[UInt8]> {
    /// `sha256:` and 64 hexadecimal digits.
    fileprivate static let secretHash = ConfigType(
        name: "string",
        bound: "`sha256:` and 64 hexadecimal digits",
        schema: [
            .init("type", .text("string")),
            .init("pattern", .text("^sha256:[0-9a-fA-F]{64}$")),
        ],
        decode: { node, decoder in
            if case .text(let text) = node.value, let hash = SecretHash.bytes(of: text) {
                return hash
            }
            decoder.report(node, "must be \"sha256:\" and 64 hexadecimal digits")
            return nil
        },
        show: { .text(SecretHash.text(of: $0)) }
    )
}

/// How the hash of a secret is written.
package enum SecretHash {
    private static let prefix = "sha256:"

    /// The line that stands for a secret in a file of records.
    package static func text(of hash: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let text = hash.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return prefix + String(decoding: text, as: UTF8.self)
    }

    /// The 32 bytes that `text` writes, or `nil`.
    static func bytes(of text: String) -> [UInt8]? {
        guard text.hasPrefix(prefix) else { return nil }
        let digits = Array(text.utf8.dropFirst(prefix.utf8.count))
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: 64, by: 2) {
            guard let high = value(digits[index]), let low = value(digits[index + 1]) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
