import Config
import Reactor

extension TrustedPeers {
    /// Whether what `peer` says about others is believed.
    func contains(_ peer: SocketAddress) -> Bool {
        if peer.isUnix { return unix }
        if loopback, peer.isLoopback { return true }
        guard !networks.isEmpty, let address = peer.ipv6Mapped else { return false }
        return networks.contains { network in
            let rest = 128 - network.prefixLength
            return rest >= 128 || address >> UInt128(rest) == network.base >> UInt128(rest)
        }
    }
}
