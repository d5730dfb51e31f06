import Config
import Reactor

/// Where something is fetched: `https://host[:port]/path?query`, or `http:`, read strictly.
struct FetchURL: Sendable, Hashable {
    /// A name or a numeric address, IPv6 without its brackets.
    let host: String
    let port: UInt16
    /// Whether it is fetched over TLS.
    let isSecure: Bool
    /// Path and query, never empty.
    let target: String
    /// What stands in `Host`: as written, without a port that goes without saying.
    let authority: String

    /// Reads a URL; `nil` for every other scheme, user names, fragments, and what is no URL.
    init?(_ text: String) {
        guard text.utf8.count <= 2_048, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }),
            let scheme = ["http://", "https://"].first(where: { scheme in
                text.utf8.count > scheme.utf8.count
                    && String(text.prefix(scheme.utf8.count)).lowercased() == scheme
            })
        else { return nil }
        let usual: UInt16 = scheme == "https://" ? 443 : 80
        let rest = text.dropFirst(scheme.utf8.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let target = rest[authority.endIndex...]
        guard !target.utf8.contains(0x23) else { return nil }
        // An address with a port, or one where the usual goes without saying.
        let isBare = authority.hasSuffix("]") || !authority.utf8.contains(0x3a)
        guard
            case .host(let host, let port)? = Address(
                isBare ? "\(authority):\(usual)" : "\(authority)"
            ),
            port > 0
        else { return nil }
        self.host = host
        self.port = port
        isSecure = usual == 443
        self.target = target.hasPrefix("/") ? String(target) : "/\(target)"
        let name = host.contains(":") ? "[\(host)]" : host
        self.authority = port == usual ? name : "\(name):\(port)"
    }

    /// The address, where nobody needs to be asked for it.
    var address: SocketAddress? { SocketAddress(.host(host, port: port)) }
}
