import Testing

@testable import Crypto

@Suite struct PublicKeyTests {
    @Test(arguments: ["", "x", PEM.encrypted, PEM.ecPublic, PEM.ed25519])
    func `what is no Ed25519 public key is refused`(_ text: String) {
        #expect(PublicKey.ed25519(pem: text) == nil)
    }

    @Test(arguments: [0, 31, 33]) func `an Ed25519 key has 32 bytes`(_ count: Int) {
        let bytes = [UInt8](repeating: 3, count: count)

        #expect(PublicKey.ed25519(bytes) == nil)
    }

    @Test func `a point beside the curve is refused`() {
        let x = [UInt8](repeating: 1, count: 32)

        #expect(PublicKey.ec(.p256, x: x, y: x) == nil)
        #expect(PublicKey.ec(.p384, x: x, y: x) == nil)
    }

    @Test func `a signature of another algorithm is never looked at`() throws {
        let key = try #require(PrivateKey(pem: PEM.ed25519))
        let message: [UInt8] = [1, 2, 3]
        let signature = key.sign(message)

        for algorithm in SignatureAlgorithm.allCases where algorithm != .edDSA {
            let isGood = key.publicKey.verify(
                algorithm,
                message: message,
                signature: signature
            )
            #expect(!isGood, "\(algorithm)")
            #expect(!key.publicKey.fits(algorithm))
        }
    }

    @Test func `an empty or truncated signature is refused`() throws {
        let key = try #require(PrivateKey(pem: PEM.ed25519))
        let message: [UInt8] = [1, 2, 3]
        let signature = key.sign(message)
        let empty: [UInt8] = []
        let verify = { key.publicKey.verify(.edDSA, message: message, signature: $0) }

        #expect(verify(signature))
        #expect(!verify(empty))
        #expect(!verify(Array(signature.prefix(63))))
    }
}
