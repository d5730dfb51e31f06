import Testing

@testable import Crypto

@Suite struct OpenSSLTests {
    @Test func `it may be told again, and works`() {
        OpenSSL.ignoreSystemConfiguration()
        OpenSSL.ignoreSystemConfiguration()
        let digest = Digest.sha256(Array("abc".utf8))

        #expect(digest.count == 32)
    }
}
