import Access
import Base
import Crypto

extension ConfigType<IdentityKeySettings> {
    /// One key of the signed identity: a secret alone, its kind told by its form, or an object
    /// that names the kind and an id.
    static let identityKey: ConfigType = {
        let entry = ConfigType<IdentityKeyEntry>.object(
            IdentityKeyEntry.keys,
            startingFrom: IdentityKeyEntry()
        )
        return ConfigType(
            name: "key",
            bound: "`{ id, secret }`, `{ id, key }`, `{ id, publicKey }`, or a secret alone",
            schema: [
                .init(
                    "oneOf",
                    .list([.object(ConfigType<String>.secret.schema), .object(entry.schema)])
                )
            ],
            decode: { node, decoder in
                if isBare(node) {
                    let text = ConfigType<String>.secret.decode(node, &decoder)
                    return text.flatMap { bareKey($0, node, &decoder) }
                }
                return entry.decode(node, &decoder).flatMap { $0.key(node, &decoder) }
            },
            show: show
        )
    }()

    private static func isBare(_ node: JSON5Node) -> Bool {
        guard case .object(let members) = node.value else { return true }
        return members.count == 1 && ["env", "file"].contains(members[0].name)
    }

    private static func bareKey(
        _ text: String,
        _ node: JSON5Node,
        _ decoder: inout ConfigDecoder
    ) -> IdentityKeySettings? {
        let kind: IdentityKeyEntry.Kind =
            !text.hasPrefix("-----BEGIN")
            ? .secret : text.hasPrefix("-----BEGIN PUBLIC KEY-----") ? .publicKey : .privateKey
        return kind.material(text, node, &decoder).map { IdentityKeySettings(material: $0) }
    }

    @Sendable private static func show(_ key: IdentityKeySettings) -> JSONTree {
        let name =
            switch key.material {
            case .secret: "secret"
            case .privateKey: "key"
            case .publicKey: "publicKey"
            }
        return .object([.init("id", .text(key.id)), .init(name, .text("•••"))])
    }
}

/// A key of the signed identity as it is written in full.
struct IdentityKeyEntry: Sendable {
    /// What a text may be.
    enum Kind: CaseIterable {
        case secret
        case privateKey
        case publicKey
    }

    var id = ""
    var secret: String?
    var key: String?
    var publicKey: String?

    static let keys: [ConfigKey<IdentityKeyEntry>] = [
        ConfigKey("id", \.id, .text(upTo: 128, mayBeEmpty: true), "Name of the key in tokens."),
        ConfigKey("secret", \.secret, .optional(.secret), "HS256: at least 32 bytes."),
        ConfigKey("key", \.key, .optional(.secret), "EdDSA: Ed25519 private key in PEM."),
        ConfigKey(
            "publicKey",
            \.publicKey,
            .optional(.secret),
            "EdDSA: Ed25519 public key in PEM."
        ),
    ]

    /// The key that is written at `node`, or `nil` after reporting why there is none.
    func key(_ node: JSON5Node, _ decoder: inout ConfigDecoder) -> IdentityKeySettings? {
        let given = zip(Kind.allCases, [secret, key, publicKey]).filter { $1 != nil }
        guard given.count == 1, let text = given[0].1 else {
            decoder.report(node, "must have one of secret, key and publicKey")
            return nil
        }
        return given[0].0.material(text, node, &decoder).map {
            IdentityKeySettings(id: id, material: $0)
        }
    }
}

extension IdentityKeyEntry.Kind {
    /// What `text` holds if it has this kind's form.
    fileprivate func material(
        _ text: String,
        _ node: JSON5Node,
        _ decoder: inout ConfigDecoder
    ) -> IdentityKeySettings.Material? {
        switch self {
        case .secret:
            if text.utf8.count >= 32 { return .secret(Array(text.utf8)) }
            decoder.report(node, "a secret must be at least 32 bytes long")
        case .privateKey:
            if PrivateKey(pem: text) != nil { return .privateKey(text) }
            decoder.report(node, "this is not an unencrypted Ed25519 private key in PEM")
        case .publicKey:
            if PublicKey.ed25519(pem: text) != nil { return .publicKey(text) }
            decoder.report(node, "this is not an Ed25519 public key in PEM")
        }
        return nil
    }
}

extension ConfigKey<IdentityConfig> {
    /// The keys of a sidecar's `identity`.
    static let all: [ConfigKey<IdentityConfig>] = [
        ConfigKey(
            "mode",
            \.mode,
            .word("a mode"),
            "Whether requests must bear the signed identity of the gateway."
        ),
        ConfigKey(
            "keys",
            \.keys,
            .oneOrMore(of: .identityKey, 0...16),
            "Keys that verify it; several are accepted while they rotate."
        ),
    ]
}

extension ConfigKey<SigningConfig> {
    /// The keys of a gateway's `identity`.
    static let all: [ConfigKey<SigningConfig>] = [
        ConfigKey(
            "signWith",
            \.signWith,
            .oneOrMore(of: .identityKey, 0...16),
            "Key that signs the identity for sidecars; of several the first."
        ),
        ConfigKey(
            "ttl",
            \.ttl,
            .duration(.seconds(1) ... .seconds(3_600)),
            "How long one signature is good."
        ),
    ]
}
