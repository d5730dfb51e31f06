/// Addresses as they are written in flags, variables and files.
extension Address {
    /// Longest path that fits a `sockaddr_un` with its final NUL.
    static let socketPathLimit = 107

    /// What every complaint about an address ends with.
    static let forms = "write HOST:PORT, [IPv6]:PORT, :PORT or unix:/path"

    /// Reads one of the five forms; `nil` for anything else.
    package init?(_ text: String) {
        if text.hasPrefix("dns:") {
            guard case .host(let name, let port)? = Address(String(text.dropFirst(4))),
                NumericAddress.parse(name) == nil, port > 0
            else { return nil }
            self = .dns(name, port: port)
            return
        }
        if text.hasPrefix("unix:") {
            let path = text.dropFirst(5)
            guard path.hasPrefix("/"), path.count > 1, !path.utf8.contains(0),
                path.utf8.count <= Address.socketPathLimit
            else { return nil }
            self = .unix(path: String(path))
            return
        }
        guard let colon = text.lastIndex(of: ":"),
            let port = Address.port(text[text.index(after: colon)...])
        else { return nil }
        let host = text[..<colon]
        if host.isEmpty {
            self = .any(port: port)
        } else if let name = Address.host(host) {
            self = .host(name, port: port)
        } else {
            return nil
        }
    }

    /// The port; `nil` for a unix socket.
    package var port: UInt16? {
        switch self {
        case .any(let port), .host(_, let port), .dns(_, let port): port
        case .unix: nil
        }
    }

    /// Whether something bound here can be reached at 127.0.0.1 or ::1.
    package var isReachableByLoopback: Bool {
        switch self {
        case .any: true
        case .unix, .dns: false
        case .host(let host, _):
            host == "localhost" || host.hasPrefix("127.") || host == "::1" || host == "0.0.0.0"
                || host == "::"
        }
    }

    private static func port(_ text: Substring) -> UInt16? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ $0 &- 48 < 10 }) else {
            return nil
        }
        return UInt16(text)
    }

    private static func host(_ text: Substring) -> String? {
        if text.hasPrefix("["), text.hasSuffix("]") {
            let inner = text.dropFirst().dropLast()
            guard inner.contains(":"), NumericAddress.parse(inner) != nil else { return nil }
            return String(inner)
        }
        guard text.utf8.count <= 253, text.utf8.allSatisfy(isHostByte) else { return nil }
        // A name of digits and dots alone is an address or a slip, never a name.
        let isNumeric = text.utf8.allSatisfy { $0 &- 48 < 10 || $0 == 0x2e }
        return isNumeric && NumericAddress.parseIPv4(text) == nil ? nil : String(text)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        byte &- 48 < 10 || (byte | 0x20) &- 97 < 26 || byte == 0x2d || byte == 0x2e
            || byte == 0x5f
    }
}
