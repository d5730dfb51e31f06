import Testing

@testable import Crypto

@Suite struct EllipticCurveTests {
    @Test(arguments: EllipticCurve.allCases)
    func `a curve has the algorithm of its size`(_ curve: EllipticCurve) {
        let bits = Int(curve.rawValue.dropFirst(2)) ?? 0

        #expect(curve.size == (bits + 7) / 8)
        #expect(curve.algorithm.family == .ecdsa)
        #expect(curve.algorithm.digestSize * 8 >= min(bits, 512))
    }
}
