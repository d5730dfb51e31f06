import Base
import Crypto

extension ConfigType<PEMFile> {
    /// Certificates or a key in PEM, by the path of their file or as a secret.
    static let pem = ConfigType(
        name: "path or secret",
        bound: "PEM; a path, `{ file }` or `{ env }`",
        schema: [
            .init(
                "oneOf",
                .list([
                    .object([.init("type", .text("string"))]),
                    .secretSource("env"),
                    .secretSource("file"),
                ])
            )
        ],
        decode: { node, decoder in
            switch node.value {
            case .text(let path) where !path.isEmpty && !path.utf8.contains(0):
                return decoder.readFile(path, at: node).map {
                    PEMFile(name: $0.path, bytes: $0.bytes)
                }
            case .object(let members) where members.first?.name == "env":
                return decoder.decodeSecret(node).map {
                    PEMFile(name: members[0].value.value.text ?? "", bytes: Array($0.utf8))
                }
            case .object:
                return decoder.readNamedFile(node, upTo: 1 << 20).map {
                    PEMFile(name: $0.path, bytes: $0.bytes)
                }
            case .null, .boolean, .number, .text, .list:
                decoder.report(node, "must be a path, { file: \"/path\" } or { env: \"NAME\" }")
                return nil
            }
        },
        show: { .text($0.name) }
    )
}

/// One certificate of a listener, as it is written.
struct TLSEntry: Sendable {
    var cert: PEMFile?
    var key: PEMFile?
    var clientCA: PEMFile?
    var requireClientCert = false
    var minVersion = TLSVersion.tls12

    init() {}

    /// The writing that makes `identity`.
    init(_ identity: TLSServer.Identity) {
        cert = identity.chain
        key = identity.key
        clientCA = identity.clientAuthority
        requireClientCert = identity.requiresClient
        minVersion = identity.minimumVersion
    }

    static let keys: [ConfigKey<TLSEntry>] = [
        ConfigKey(
            "cert",
            \.cert,
            .optional(.pem),
            "Certificate and those between it and its root."
        ),
        ConfigKey("key", \.key, .optional(.pem), "Its private key, not encrypted."),
        ConfigKey(
            "clientCA",
            \.clientCA,
            .optional(.pem),
            "Authorities that vouch for clients; `null` asks clients for no certificate."
        ),
        ConfigKey(
            "requireClientCert",
            \.requireClientCert,
            .boolean,
            "Whether a client without a certificate is turned away."
        ),
        ConfigKey("minVersion", \.minVersion, .word("a version of TLS"), "Oldest version spoken."),
    ]

    /// The identity that is written at `node`, or `nil` after reporting why there is none.
    func identity(_ node: JSON5Node, _ decoder: inout ConfigDecoder) -> TLSServer.Identity? {
        guard let cert, let key else { return nil }
        var identity = TLSServer.Identity(chain: cert, key: key)
        identity.clientAuthority = clientCA
        identity.requiresClient = requireClientCert
        identity.minimumVersion = minVersion
        if requireClientCert, clientCA == nil {
            let message = "needs clientCA: who would vouch for a client?"
            decoder.report(node, key: "requireClientCert", message)
            return nil
        }
        do throws(TLSProblem) {
            _ = try TLSServer([identity])
            return identity
        } catch {
            decoder.report(node, key: error.key, error.message)
            return nil
        }
    }
}

extension ConfigType<TLSServer> {
    /// One certificate, or several of which a client's wish chooses.
    static let server: ConfigType = {
        let entry = ConfigType<TLSEntry>
            .object(TLSEntry.keys, startingFrom: TLSEntry(), required: ["cert", "key"])
            .refined(
                { entry, node, decoder in entry.identity(node, &decoder) },
                show: { EffectiveConfig.values(of: TLSEntry($0), by: TLSEntry.keys) }
            )
        let list = ConfigType<[TLSServer.Identity]>.oneOrMore(of: entry, 1...256)
        var type = list.refined(
            { identities, node, decoder in server(identities, node, &decoder) },
            show: { list.show($0.identities) }
        )
        type.name = "object or list of it"
        return type
    }()

    /// The same, for a reference that has said already what it is made of.
    static let serverWithoutParts: ConfigType = {
        var type = server
        type.parts = []
        return type
    }()

    private static func server(
        _ identities: [TLSServer.Identity],
        _ node: JSON5Node,
        _ decoder: inout ConfigDecoder
    ) -> TLSServer? {
        // Whoever asks for one name may then speak to another: the weakest door would be the door.
        let doors = Set(
            identities.map { [$0.clientAuthority?.bytes, $0.requiresClient ? [] : nil] }
        )
        guard doors.count == 1 else {
            decoder.report(
                node,
                "all certificates of a listener must ask the same of clients; give those that "
                    + "differ in clientCA or requireClientCert a listener of their own"
            )
            return nil
        }
        do throws(TLSProblem) {
            return try TLSServer(identities)
        } catch {
            decoder.report(node, error.message)
            return nil
        }
    }
}

extension ConfigType<TLSClient> {
    /// How an upstream is spoken to over TLS.
    static let client = ConfigType<TLSClient.Settings>
        .object(ConfigKey<TLSClient.Settings>.all, startingFrom: TLSClient.Settings())
        .refined(
            { settings, node, decoder in client(settings, node, &decoder) },
            show: {
                EffectiveConfig.values(of: $0.settings, by: ConfigKey<TLSClient.Settings>.all)
            }
        )

    private static func client(
        _ settings: TLSClient.Settings,
        _ node: JSON5Node,
        _ decoder: inout ConfigDecoder
    ) -> TLSClient? {
        var settings = settings
        if (settings.chain == nil) != (settings.key == nil) {
            let (given, other) = settings.chain == nil ? ("key", "cert") : ("cert", "key")
            decoder.report(node, key: given, "goes with \(other) alone")
            return nil
        }
        if settings.authority == nil, settings.verifies {
            settings.authority = decoder.systemAuthorities()
            guard settings.authority != nil else {
                decoder.report(node, "needs ca: this system has no certificates of authorities")
                return nil
            }
        }
        do throws(TLSProblem) {
            return try TLSClient(settings)
        } catch {
            decoder.report(node, key: error.clientKey, error.message)
            return nil
        }
    }
}

extension ConfigKey<TLSClient.Settings> {
    /// The keys of an upstream's `tls`.
    static let all: [ConfigKey<TLSClient.Settings>] = [
        ConfigKey(
            "ca",
            \.authority,
            .optional(.pem),
            "Authorities that vouch for it; `null` takes those of the system."
        ),
        ConfigKey(
            "name",
            \.name,
            .optional(.text(upTo: 253)),
            "Name to ask for and to find in its certificate; `null` takes the endpoint's."
        ),
        ConfigKey(
            "verify",
            \.verifies,
            .boolean,
            "Whether it must prove who it is; without, anybody may stand between."
        ),
        ConfigKey("cert", \.chain, .optional(.pem), "Certificate to show to it."),
        ConfigKey("key", \.key, .optional(.pem), "Its private key, not encrypted."),
    ]
}

extension TLSProblem {
    /// The key of a listener's certificate that is at fault.
    fileprivate var key: String {
        switch self {
        case .noCertificate, .weak: "cert"
        case .noKey, .mismatch: "key"
        case .noAuthority: "clientCA"
        }
    }

    /// The key of an upstream's `tls` that is at fault.
    fileprivate var clientKey: String {
        if case .noAuthority = self { "ca" } else { key }
    }
}

extension ConfigDecoder {
    /// Where systems keep the certificates of authorities that all of their programs believe.
    private static let bundles = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/cert.pem",
    ]

    /// How `https:` is fetched: by whom this system believes.
    mutating func fetchingClient() -> TLSClient? {
        var settings = TLSClient.Settings()
        settings.authority = systemAuthorities()
        if settings.authority != nil, let client = try? TLSClient(settings) { return client }
        report(
            of: ["auth.jwt", "auth.introspection"],
            "https: needs certificates of authorities, and this system has none: name their file "
                + "in SSL_CERT_FILE"
        )
        return nil
    }

    /// Whom this system believes; `SSL_CERT_FILE` names another file than the usual one.
    func systemAuthorities() -> PEMFile? {
        for path in [variable("SSL_CERT_FILE")].compactMap({ $0 }) + Self.bundles {
            if let bytes = bytes(at: path) { return PEMFile(name: path, bytes: bytes) }
        }
        return nil
    }
}

extension JSON5Node.Value {
    fileprivate var text: String? {
        if case .text(let text) = self { text } else { nil }
    }
}
