import Config

/// Where a local question goes: an address and a path.
struct LocalURL {
    var address: Address
    var path: String
    /// Value of the `Host` field.
    var host: String

    /// Reads `http://HOST:PORT/path`, the same without scheme, a lone `/path` of the admin port
    /// at `admin`, or `unix:/socket:/path`.
    ///
    /// A missing path is `fallbackPath`.
    static func parse(
        _ text: String,
        admin: Address,
        fallbackPath: String
    ) throws(UsageError) -> LocalURL {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw UsageError(message: "\"\(text)\" is not a URL")
        }
        if text.hasPrefix("https://") {
            throw UsageError(message: "\"\(text)\": only http:// and unix: are understood")
        }
        let rest = text.hasPrefix("http://") ? text.dropFirst("http://".count) : text[...]
        let (authority, path) = split(rest)
        let address: Address
        if authority.isEmpty {
            address = admin
        } else if let written = Address(String(authority)) ?? Address("\(authority):80") {
            address = written
        } else {
            throw UsageError(
                message: "\"\(text)\" is not a URL such as http://127.0.0.1:4001/livez"
            )
        }
        return LocalURL(
            address: address.connectable,
            path: path.isEmpty ? fallbackPath : String(path),
            host: address.port == nil ? "localhost" : address.connectable.description
        )
    }

    private static func split(_ text: Substring) -> (authority: Substring, path: Substring) {
        if text.hasPrefix("unix:") {
            guard let colon = text.dropFirst(5).firstIndex(of: ":") else { return (text, "") }
            return (text[..<colon], text[text.index(after: colon)...])
        }
        let slash = text.firstIndex(of: "/") ?? text.endIndex
        return (text[..<slash], text[slash...])
    }
}

extension Address {
    /// Where a client on this machine reaches what is bound to this address.
    var connectable: Address {
        switch self {
        case .any(let port), .host("0.0.0.0", let port), .host("::", let port):
            .host("127.0.0.1", port: port)
        case .host, .unix, .dns: self
        }
    }
}
