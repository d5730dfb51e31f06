import Config
import Reactor
import Testing

@testable import Proxy

@Suite struct TrustedPeersContainsTests {
    @Test(arguments: ["127.0.0.1", "127.9.9.9", "::1"])
    func `loopback is trusted unless told otherwise`(_ host: String) throws {
        let peer = try #require(SocketAddress(numericHost: host, port: 1))
        var distrusting = TrustedPeers()
        distrusting.loopback = false

        #expect(TrustedPeers().contains(peer))
        #expect(!distrusting.contains(peer))
    }

    @Test func `a unix socket is trusted unless told otherwise`() {
        var distrusting = TrustedPeers()
        distrusting.unix = false

        #expect(TrustedPeers().contains(.unix(path: "/a")))
        #expect(!distrusting.contains(.unix(path: "/a")))
    }

    @Test(
        arguments: [
            ("10.1.2.3", 104, true), ("11.1.2.3", 104, false), ("10.0.0.0", 128, true),
            ("10.0.0.1", 128, false), ("8.8.8.8", 0, true), ("2001:db8::1", 104, false),
        ]
    ) func `a network holds what shares its prefix`(
        _ host: String,
        _ length: Int,
        _ isInside: Bool
    ) throws {
        let peer = try #require(SocketAddress(numericHost: host, port: 1))
        let base = try #require(SocketAddress(numericHost: "10.0.0.0", port: 1)?.ipv6Mapped)
        var peers = TrustedPeers()
        peers.networks = [.init(base: base, prefixLength: length)]

        #expect(peers.contains(peer) == isInside)
    }
}
