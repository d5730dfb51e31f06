/// Whose forwarding, deadline, priority and attempt headers are believed.
package struct TrustedPeers: Sendable, Hashable {
    /// 127.0.0.0/8 and ::1.
    package var loopback = true
    /// Peers on a unix socket.
    package var unix = true
    package var networks: [Network] = []

    /// A CIDR block; IPv4 stands as its IPv4-mapped IPv6 form (RFC 4291 §2.5.5.2).
    package struct Network: Sendable, Hashable {
        package var base: UInt128
        package var prefixLength: Int

        package init(base: UInt128, prefixLength: Int) {
            self.base = base
            self.prefixLength = prefixLength
        }
    }

    package init() {}
}
