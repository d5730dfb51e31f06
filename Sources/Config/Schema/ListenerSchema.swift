import Crypto

extension ConfigType<ListenerConfig> {
    /// A listener of the traffic port: an address, or an object around one.
    static let listenerEntry: ConfigType = {
        let plain = ConfigType<Address>.listener
        let entry = ConfigType.object(
            ConfigKey<ListenerConfig>.all,
            startingFrom: ListenerConfig(.any(port: 4000)),
            required: ["address"]
        )
        return ConfigType(
            name: "address or object",
            schema: [.init("oneOf", .list([.object(plain.schema), .object(entry.schema)]))],
            parts: entry.parts,
            decode: { node, decoder in
                guard case .object = node.value else {
                    return plain.decode(node, &decoder).map { ListenerConfig($0) }
                }
                return entry.decode(node, &decoder)
            },
            show: { $0.isPlain ? plain.show($0.address) : entry.show($0) }
        )
    }()
}

extension ConfigKey<ListenerConfig> {
    /// The keys of the long form of a `listen` entry.
    fileprivate static let all: [ConfigKey<ListenerConfig>] = [
        ConfigKey("address", \.address, .listener, "Where this listener is bound."),
        ConfigKey(
            "tls",
            \.security,
            .security,
            "Certificates of this listener, as in `tls`; `null` is none, `tls` those of all."
        ),
        ConfigKey(
            "protocol",
            \.speech,
            .word("a protocol"),
            "What clients speak here; `auto` is HTTP/1.1 or HTTP/2, `h2c` HTTP/2 alone."
        ),
    ]
}

extension ConfigType<ListenerConfig.Security> {
    /// Certificates, or `null` for none of them.
    fileprivate static let security: ConfigType = {
        let own = ConfigType<TLSServer?>.optional(.server)
        var type =
            own.mapped(
                { $0.map { .own($0) } ?? .off },
                show: { security in
                    switch security {
                    case .common: .text("tls")
                    case .off: .null
                    case .own(let server): own.show(server)
                    }
                }
            ) as ConfigType<ListenerConfig.Security>
        // They are those of `tls`, and stand there.
        type.parts = []
        let decode = type.decode
        type.decode = { node, decoder in
            if case .text("tls") = node.value { return .common }
            return decode(node, &decoder)
        }
        return type
    }()
}

extension ListenerConfig {
    /// Whether its address says everything.
    fileprivate var isPlain: Bool {
        guard case .common = security, case .auto = speech else { return false }
        return true
    }
}
