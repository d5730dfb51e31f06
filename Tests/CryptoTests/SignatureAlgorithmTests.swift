import Testing

@testable import Crypto

@Suite struct SignatureAlgorithmTests {
    @Test func `none is no algorithm, in whatever letters`() {
        for name in ["none", "None", "NONE", "nOnE", "", "HS256 ", "hs256", "EDDSA", "ES256K"] {
            #expect(SignatureAlgorithm(rawValue: name) == nil)
        }
    }

    @Test(arguments: SignatureAlgorithm.allCases)
    func `a name tells the size of the digest`(_ algorithm: SignatureAlgorithm) {
        let bits = Int(algorithm.rawValue.suffix(3)) ?? 512

        #expect(algorithm.digestSize * 8 == bits)
        #expect((algorithm.digestName == nil) == (algorithm == .edDSA))
    }
}
