import Testing

@testable import Config

@Suite struct TrustedPeersTests {
    @Test func `the machine itself is trusted unless told otherwise`() {
        #expect(TrustedPeers().words == ["loopback", "unix"])
        #expect(TrustedPeers.nobody.words.isEmpty)
    }
}
