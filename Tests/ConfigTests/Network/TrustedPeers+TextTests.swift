import Testing

@testable import Config

@Suite struct TrustedPeersTextTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false),
        ("10.1.2.3", "10.1.2.3", true), ("10.1.2.3", "10.1.2.4", false),
        ("fd00::/8", "fd12::1", true), ("fd00::/8", "fe80::1", false),
        ("0.0.0.0/0", "1.2.3.4", true), ("0.0.0.0/0", "::1", false), ("::/0", "1.2.3.4", true),
    ])
    func `a block holds exactly its addresses`(
        _ block: String,
        _ text: String,
        _ isInside: Bool
    )
        throws
    {
        let network = try #require(TrustedPeers.Network(block))
        let address = try #require(NumericAddress.parse(text))

        #expect(network.contains(address) == isInside)
    }

    @Test(arguments: [
        "", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8/8", "10.1.2.3/8", "::1/129",
        "10.0.0.0/0x8", "fd00::1/8", "host/8",
    ])
    func `a malformed block and one with host bits are refused`(_ text: String) {
        #expect(TrustedPeers.Network(text) == nil)
    }

    @Test(arguments: [("10.0.0.0/8", "10.0.0.0/8"), ("10.1.2.3", "10.1.2.3/32")])
    func `a block is shown as it is written`(_ text: String, _ shown: String) {
        #expect(TrustedPeers.Network(text)?.description == shown)
    }
}
