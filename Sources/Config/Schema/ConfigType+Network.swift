extension ConfigType<Address> {
    /// Where to listen; port 0 lets the system choose.
    static let listener = address.restricted { address in
        if case .dns = address { return "a listener is bound to an address, not to \(address)" }
        return nil
    }

    /// Where to connect: a host and a port, or a unix socket.
    static let endpoint = serviceEndpoint.restricted { address in
        if case .dns(let name, let port) = address {
            return "\(address) is for a gateway, write \(name):\(port)"
        }
        return nil
    }

    /// Where a gateway connects: an endpoint, or a name that stands for several.
    static let serviceEndpoint = address.restricted { address in
        if case .any = address { return "needs a host, such as 127.0.0.1\(address)" }
        return address.port == 0 ? "port 0 cannot be connected to" : nil
    }

    private static let address =
        ConfigType(
            name: "address",
            schema: [.init("type", .text("string"))],
            decode: { node, decoder in
                guard case .text(let text) = node.value else {
                    decoder.reportKind(node, wanted: "an address in quotes")
                    return nil
                }
                if let address = Address(text) { return address }
                if let rest = text.authorityOfURL {
                    decoder.report(node, "\"\(text)\" is a URL, write \"\(rest)\"")
                } else {
                    decoder.report(node, "\"\(text)\" is not an address, \(Address.forms)")
                }
                return nil
            },
            show: { .text($0.description) }
        )
}

extension String {
    /// What stands between `http://` and the next slash, the commonest slip of all.
    fileprivate var authorityOfURL: Substring? {
        for scheme in ["http://", "https://"] where hasPrefix(scheme) {
            return dropFirst(scheme.count).prefix { $0 != "/" }
        }
        return nil
    }
}

extension ConfigType<TrustedPeers> {
    /// A list of `loopback`, `unix`, addresses and CIDR blocks.
    static let peers = ConfigType(
        name: "list of string",
        bound: "`loopback`, `unix`, addresses and CIDR blocks, at most 256",
        schema: [
            .init("type", .text("array")),
            .init("items", .object([.init("type", .text("string"))])),
            .init("maxItems", .integer(256)),
        ],
        decode: { node, decoder in
            let words = ConfigType<[String]>.list(of: .text(upTo: 64), 0...256)
            guard case .list(let elements) = node.value,
                let texts = words.decode(node, &decoder)
            else {
                if case .list = node.value { return nil }
                decoder.reportKind(node, wanted: "a list")
                return nil
            }
            var peers = TrustedPeers.nobody
            var isComplete = true
            for (element, word) in zip(elements, texts) where !peers.insert(word) {
                let near = Spelling.suggestion(for: word, among: ["loopback", "unix"])
                let hint = near.isEmpty ? ", write it like 10.0.0.0/8 or fd00::/8" : near
                decoder.report(element, "\"\(word)\" is not an address block\(hint)")
                isComplete = false
            }
            return isComplete ? peers : nil
        },
        show: { .list($0.words.map { .text($0) }) }
    )
}
