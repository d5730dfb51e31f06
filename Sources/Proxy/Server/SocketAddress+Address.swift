package import Config
package import Reactor

extension SocketAddress {
    /// The address that a configured one names without asking anybody; `nil` for host names.
    package init?(_ address: Address) {
        switch address {
        case .any(let port): self = .any(port: port)
        case .unix(let path): self = .unix(path: path)
        case .host("localhost", let port): self.init(numericHost: "127.0.0.1", port: port)
        case .dns: return nil
        case .host(let host, let port): self.init(numericHost: host, port: port)
        }
    }
}
