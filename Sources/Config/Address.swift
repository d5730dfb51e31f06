/// Where to listen or to connect: `HOST:PORT`, `[IPv6]:PORT`, `:PORT`, `unix:/path` or, for the
/// endpoints of a gateway, `dns:NAME:PORT`.
package enum Address: Sendable, Hashable, CustomStringConvertible {
    /// Every interface, IPv6 and IPv4.
    case any(port: UInt16)
    /// A numeric address or a name that the system resolves.
    case host(String, port: UInt16)
    case unix(path: String)
    /// Every address that a name has, asked again as time goes on.
    case dns(String, port: UInt16)

    package var description: String {
        switch self {
        case .any(let port): ":\(port)"
        case .host(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        case .dns(let name, let port): "dns:\(name):\(port)"
        }
    }
}
