/// Where to listen or to connect: `HOST:PORT`, `[IPv6]:PORT`, `:PORT` or `unix:/path`.
package enum Address: Sendable, Hashable, CustomStringConvertible {
    /// Every interface, IPv6 and IPv4.
    case any(port: UInt16)
    /// A numeric address or a name that the system resolves.
    case host(String, port: UInt16)
    case unix(path: String)

    package var description: String {
        switch self {
        case .any(let port): ":\(port)"
        case .host(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
