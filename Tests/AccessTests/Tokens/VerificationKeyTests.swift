import Crypto
import Testing

@testable import Access

@Suite struct VerificationKeyTests {
    @Test(
        arguments: [
            (31, []), (32, [.hs256]), (48, [.hs256, .hs384]), (64, [.hs256, .hs384, .hs512]),
        ] as [(Int, Set<SignatureAlgorithm>)]
    )
    func `a secret is as long as its digest (RFC 7518 §3.2)`(
        _ count: Int,
        _ algorithms: Set<SignatureAlgorithm>
    ) {
        let key = VerificationKey(
            id: nil,
            material: .secret([UInt8](repeating: 1, count: count))
        )

        #expect(Set(SignatureAlgorithm.allCases.filter(key.permits)) == algorithms)
    }

    @Test func `a key that names its algorithm has no other`() {
        let key = VerificationKey(
            id: nil,
            material: .secret([UInt8](repeating: 1, count: 64)),
            algorithm: .hs384
        )

        #expect(SignatureAlgorithm.allCases.filter(key.permits) == [.hs384])
    }
}
