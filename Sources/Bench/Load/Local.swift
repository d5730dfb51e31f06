import Reactor

/// All load is of this machine.
extension SocketAddress {
    static func local(_ port: UInt16) -> SocketAddress {
        .ipv4(0x7f00_0001, port: port)
    }
}

extension Socket {
    /// Connects, or begins to: the poller says when the connection stands.
    static func open(to address: SocketAddress) throws(SystemError) -> Socket {
        switch try connect(to: address) {
        case .connected(let socket): socket
        case .inProgress(let socket): socket
        }
    }
}
