import Access
import Base

extension ConfigKey<GatewayConfig> {
    /// The keys of `auth`.
    static let access: [ConfigKey<GatewayConfig>] = [
        ConfigKey(
            "auth.apiKeys",
            \.keyFile,
            .optional(.keyFile),
            "Records of API keys, made by `outrider keys`."
        ),
        ConfigKey(
            "auth.jwt",
            \.auth.issuers,
            .oneOrMore(of: .issuer, 0...16),
            "Issuers whose JSON Web Tokens are accepted."
        ),
        ConfigKey(
            "auth.introspection",
            \.auth.introspection,
            .optional(
                .object(
                    ConfigKey<IntrospectionSettings>.all,
                    startingFrom: IntrospectionSettings(),
                    required: ["url"]
                )
            ),
            "Service that is asked about every other bearer token (RFC 7662)."
        ),
        ConfigKey(
            "auth.clientCertificates",
            \.auth.certificates,
            .optional(
                .object(
                    ConfigKey<CertificateSettings>.all,
                    startingFrom: CertificateSettings()
                )
            ),
            "Certificates as credentials: callers who show one need no other."
        ),
        ConfigKey(
            "auth.anonymous",
            \.auth.anonymous,
            .optional(.caller),
            "Who a caller without credentials is; `null` refuses such callers."
        ),
    ]
}

extension ConfigKey<CertificateSettings> {
    /// The keys of `auth.clientCertificates`.
    static let all: [ConfigKey<CertificateSettings>] =
        [
            ConfigKey(
                "ca",
                \.authority,
                .optional(.pem),
                "Authorities that vouch for callers; `null` takes `clientCA` of the listeners."
            ),
            ConfigKey(
                "identity",
                \.identity,
                .word("a kind of identity"),
                "What of a certificate is the name of its holder."
            ),
        ] + ConfigKey<CallerSettings>.all.map { $0.lifted(to: \.caller) }
}

extension ConfigKey<IntrospectionSettings> {
    /// The keys of `auth.introspection`.
    static let all: [ConfigKey<IntrospectionSettings>] = [
        ConfigKey("url", \.url, .fetchedURL, "Where it is asked."),
        ConfigKey(
            "clientId",
            \.clientID,
            .text(upTo: 256, mayBeEmpty: true),
            "Name under which the gateway asks."
        ),
        ConfigKey(
            "clientSecret",
            \.clientSecret,
            ConfigType<String?>.optional(.secret)
                .mapped({ $0 ?? "" }, show: { $0.isEmpty ? .null : .text("•••") }),
            "Secret with which it asks."
        ),
        ConfigKey(
            "cacheFor",
            \.cacheFor,
            .duration(.zero ... .seconds(3_600)),
            "How long an answer is kept, never beyond the token's end."
        ),
        .claim("tenant", \.tenantClaim),
        .claim("scopes", \.scopesClaim),
        .claim("tier", \.tierClaim),
        .claim("models", \.modelsClaim),
    ]
}

extension ConfigKey {
    /// A key that names the claim in which a token tells one thing.
    fileprivate static func claim(
        _ name: String,
        _ field: any WritableKeyPath<Root, String> & Sendable
    ) -> ConfigKey {
        ConfigKey("claims.\(name)", field, .text(upTo: 128), "Claim that tells \(name).")
    }
}

extension ConfigType<CallerSettings> {
    /// What a configured caller is; `true` stands for one that is nothing in particular.
    static let caller: ConfigType = {
        let object = ConfigType.object(
            ConfigKey<CallerSettings>.all,
            startingFrom: CallerSettings()
        )
        var type = object
        type.decode = { node, decoder in
            if case .boolean(true) = node.value { return CallerSettings() }
            return object.decode(node, &decoder)
        }
        return type
    }()
}

extension ConfigKey<CallerSettings> {
    /// The keys of a caller.
    static let all: [ConfigKey<CallerSettings>] = [
        ConfigKey("tenant", \.tenant, .text(upTo: 128, mayBeEmpty: true), "Tenant."),
        ConfigKey("tier", \.tier, .text(upTo: 128, mayBeEmpty: true), "Tier."),
        ConfigKey("scopes", \.scopes, .oneOrMore(of: .text(upTo: 128), 0...64), "Scopes."),
        ConfigKey(
            "models",
            \.models,
            .optional(.oneOrMore(of: .wildcard, 0...256)),
            "Models and services it may use; `null` is every one."
        ),
    ]
}

/// An issuer as it is written, before its keys are held against its algorithms.
struct IssuerEntry: Sendable {
    var settings = IssuerSettings()
    var keySet: IssuerSettings.Keys?
    var secret: String?

    init() {}

    /// The writing that makes `settings`.
    init(_ settings: IssuerSettings) {
        self.settings = settings
        switch settings.keys {
        case .inline, .url: keySet = settings.keys
        case .secret: secret = ""
        }
    }

    static let keys: [ConfigKey<IssuerEntry>] = [
        ConfigKey("issuer", \.settings.issuer, .text(upTo: 1_024), "Its `iss`, to the letter."),
        ConfigKey(
            "audience",
            \.settings.audience,
            .oneOrMore(of: .text(upTo: 1_024), 1...16),
            "A token must name one of these in `aud`."
        ),
        ConfigKey("jwks", \.keySet, .optional(.keySet), "Where its key set is (RFC 7517)."),
        ConfigKey(
            "secret",
            \.secret,
            .optional(.secret),
            "In place of `jwks`: the secret of HS256, at least 32 bytes."
        ),
        ConfigKey(
            "algorithms",
            \.settings.algorithms,
            .oneOrMore(of: .word("an algorithm"), 1...JWTAlgorithm.allCases.count),
            "Algorithms that are accepted; HS256 goes with `secret` alone."
        ),
        ConfigKey(
            "leeway",
            \.settings.leeway,
            .duration(.zero ... .seconds(600)),
            "Difference of clocks that is forgiven."
        ),
        .claim("tenant", \.settings.tenantClaim),
        .claim("scopes", \.settings.scopesClaim),
        .claim("tier", \.settings.tierClaim),
        .claim("models", \.settings.modelsClaim),
    ]

    /// The issuer that is written at `node`, or `nil` after reporting why there is none.
    func issuer(_ node: JSON5Node, _ decoder: inout ConfigDecoder) -> IssuerSettings? {
        var settings = settings
        switch (keySet, secret) {
        case (let keySet?, nil):
            settings.keys = keySet
            guard !settings.algorithms.contains(.hs256) else {
                decoder.report(node, key: "algorithms", "HS256 goes with secret, not with jwks")
                return nil
            }
        case (nil, let secret?):
            guard secret.utf8.count >= 32 else {
                decoder.report(node, key: "secret", "a secret must be at least 32 bytes long")
                return nil
            }
            settings.keys = .secret(Array(secret.utf8))
            if !node.has("algorithms") { settings.algorithms = [.hs256] }
            guard settings.algorithms == [.hs256] else {
                decoder.report(node, key: "algorithms", "a secret goes with HS256 alone")
                return nil
            }
        case (nil, nil), (.some, .some):
            decoder.report(node, "must have one of jwks and secret")
            return nil
        }
        return settings
    }
}

extension ConfigType<IssuerSettings> {
    /// One issuer of tokens.
    static let issuer = ConfigType<IssuerEntry>.object(
        IssuerEntry.keys,
        startingFrom: IssuerEntry(),
        required: ["issuer", "audience"]
    ).refined(
        { entry, node, decoder in entry.issuer(node, &decoder) },
        show: { EffectiveConfig.values(of: IssuerEntry($0), by: IssuerEntry.keys) }
    )
}

extension ConfigType<IssuerSettings.Keys> {
    /// A URL, or `{ file }`, which is read with the configuration.
    static let keySet = ConfigType(
        name: "string or object",
        bound: "`http:` or `https:` URL, or `{ file }`",
        schema: [
            .init(
                "oneOf",
                .list([.object(ConfigType<String>.fetchedURL.schema), .secretSource("file")])
            )
        ],
        decode: { node, decoder in
            guard case .object = node.value else {
                return ConfigType<String>.fetchedURL.decode(node, &decoder).map { .url($0) }
            }
            guard let file = decoder.readNamedFile(node, upTo: JWKSet.maximumSize) else {
                return nil
            }
            return inline(file.bytes, file.path, node, &decoder)
        },
        show: { keys in
            switch keys {
            case .inline(_, let path): .object([.init("file", .text(path))])
            case .url(let url): .text(url)
            case .secret: .null
            }
        }
    )

    private static func inline(
        _ bytes: [UInt8],
        _ path: String,
        _ node: JSON5Node,
        _ decoder: inout ConfigDecoder
    ) -> IssuerSettings.Keys? {
        do throws(JWKSet.Failure) {
            let set = try JWKSet.parse(bytes.span)
            if set.keys.isEmpty {
                decoder.report(node, "the key set in \(path) has no key that can be used")
                return nil
            }
        } catch {
            decoder.report(node, "the file \(path) is not a key set: \(error.message)")
            return nil
        }
        return .inline(text: String(decoding: bytes, as: UTF8.self), path: path)
    }
}

extension ConfigDecoder {
    /// Reads the file that `{ file: "/path" }` names, at most `limit` bytes of it.
    mutating func readNamedFile(
        _ node: JSON5Node,
        upTo limit: Int
    ) -> (path: String, bytes: [UInt8])? {
        guard case .object(let members) = node.value, members.count == 1,
            members[0].name == "file", case .text(let name) = members[0].value.value, !name.isEmpty
        else {
            report(node, "must be { file: \"/path\" }")
            return nil
        }
        guard let file = readFile(name, at: node) else { return nil }
        if file.bytes.count <= limit { return file }
        report(node, "the file \(file.path) is larger than \(limit) bytes")
        return nil
    }
}

extension JWKSet.Failure {
    fileprivate var message: String {
        switch self {
        case .tooLarge: "more than \(JWKSet.maximumSize) bytes"
        case .malformed: "not a JSON object with a list of keys (RFC 7517)"
        case .tooManyKeys: "more than \(JWKSet.maximumCount) keys"
        case .mixed: "secrets and public keys in one set"
        }
    }
}
