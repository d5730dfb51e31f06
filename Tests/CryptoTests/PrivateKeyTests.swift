import Testing

@testable import Crypto

@Suite struct PrivateKeyTests {
    @Test(arguments: [0, 1, 100, 5_000]) func `what it signs its public half verifies`(
        _ count: Int
    ) throws {
        let key = try #require(PrivateKey(pem: PEM.ed25519))
        let message = [UInt8](repeating: 7, count: count)

        let signature = key.sign(message)

        let isOwn = key.publicKey.verify(.edDSA, message: message, signature: signature)
        let read = PublicKey.ed25519(pem: PEM.ed25519Public)
        let isRead = read?.verify(.edDSA, message: message, signature: signature)
        #expect(isOwn)
        #expect(isRead == true)
    }

    @Test(arguments: ["", "x", PEM.encrypted, PEM.ec, PEM.ed25519Public, "\0\0"])
    func `what is no plain Ed25519 private key is refused`(_ text: String) {
        #expect(PrivateKey(pem: text) == nil)
    }
}
