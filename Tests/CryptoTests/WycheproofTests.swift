import Testing

@testable import Crypto

/// Every verdict of Wycheproof about the algorithms that we have.
@Suite(.enabled(if: Suites.hasWycheproof)) struct WycheproofTests {
    @Test(
        arguments: [
            ("ecdsa_secp256r1_sha256_p1363", EllipticCurve.p256),
            ("ecdsa_secp384r1_sha384_p1363", .p384), ("ecdsa_secp521r1_sha512_p1363", .p521),
        ]
    )
    func `ECDSA signatures are judged alike`(_ file: String, _ curve: EllipticCurve) throws {
        let groups = Suites.groups(file)
        #expect(!groups.isEmpty)
        for group in groups {
            let x = [UInt8](hex: group.publicKey?.wx ?? "", size: curve.size)
            let y = [UInt8](hex: group.publicKey?.wy ?? "", size: curve.size)
            let key = try #require(PublicKey.ec(curve, x: x, y: y))
            judge(group, key, curve.algorithm)
        }
    }

    @Test(
        arguments: [
            ("rsa_signature_2048_sha256", SignatureAlgorithm.rs256),
            ("rsa_signature_2048_sha384", .rs384), ("rsa_signature_2048_sha512", .rs512),
            ("rsa_pss_2048_sha256_mgf1_32", .ps256),
        ]
    )
    func `RSA signatures are judged alike`(
        _ file: String,
        _ algorithm: SignatureAlgorithm
    ) throws {
        let groups = Suites.groups(file)
        #expect(!groups.isEmpty)
        for group in groups {
            let modulus = [UInt8](hex: group.publicKey?.modulus ?? "")
            let exponent = [UInt8](hex: group.publicKey?.publicExponent ?? "")
            let key = try #require(PublicKey.rsa(modulus: modulus, exponent: exponent))
            judge(group, key, algorithm)
        }
    }

    @Test func `Ed25519 signatures are judged alike`() throws {
        let groups = Suites.groups("ed25519")
        #expect(!groups.isEmpty)
        for group in groups {
            let bytes = [UInt8](hex: group.publicKey?.pk ?? "")
            let key = try #require(PublicKey.ed25519(bytes))
            judge(group, key, .edDSA)
        }
    }

    @Test(
        arguments: [
            ("hmac_sha256", SignatureAlgorithm.hs256), ("hmac_sha384", .hs384),
            ("hmac_sha512", .hs512),
        ]
    )
    func `HMAC tags are judged alike`(_ file: String, _ algorithm: SignatureAlgorithm) {
        let groups = Suites.groups(file).filter { $0.tagSize == algorithm.digestSize * 8 }
        #expect(!groups.isEmpty)
        for group in groups {
            for test in group.tests {
                let isGood = MAC.verify(
                    algorithm,
                    secret: [UInt8](hex: test.key ?? ""),
                    message: [UInt8](hex: test.msg),
                    tag: [UInt8](hex: test.tag ?? "")
                )
                #expect(isGood == (test.result == "valid"), "\(test.tcId) \(test.comment)")
            }
        }
    }

    private func judge(_ group: Suites.Group, _ key: PublicKey, _ algorithm: SignatureAlgorithm) {
        // What is called acceptable may be judged either way.
        for test in group.tests where test.result != "acceptable" {
            let isGood = key.verify(
                algorithm,
                message: [UInt8](hex: test.msg),
                signature: [UInt8](hex: test.sig ?? "")
            )
            #expect(isGood == (test.result == "valid"), "\(test.tcId) \(test.comment)")
        }
    }
}
