import Testing

@testable import Crypto

@Suite struct RSAModulusTests {
    private let usual: [UInt8] = [1, 0, 1]

    @Test(arguments: [(2_047, false), (2_048, true), (4_096, true), (8_192, true), (8_193, false)])
    func `the bits of a modulus are bounded`(_ bits: Int, _ isAcceptable: Bool) {
        let modulus = Self.number(bits)

        #expect(
            RSAModulus.isAcceptable(modulus: modulus, exponent: usual) == isAcceptable
        )
    }

    @Test func `zeros in front do not make a modulus longer`() {
        let modulus = [UInt8](repeating: 0, count: 200) + Self.number(1_024)

        #expect(!RSAModulus.isAcceptable(modulus: modulus, exponent: usual))
    }

    @Test(
        arguments: [
            ([], false), ([0], false), ([1], false), ([0, 0, 1], false), ([2], false), ([3], true),
            ([1, 0, 1], true), ([1, 0, 0], false), ([1, 0, 0, 0, 0, 0, 0, 0, 1], false),
        ] as [([UInt8], Bool)]
    )
    func `an exponent is odd, above 1 and bounded`(_ exponent: [UInt8], _ isAcceptable: Bool) {
        let modulus = Self.number(2_048)

        #expect(
            RSAModulus.isAcceptable(modulus: modulus, exponent: exponent) == isAcceptable
        )
    }

    @Test func `an even modulus and an empty one are refused`() {
        var modulus = Self.number(2_048)
        modulus[modulus.count - 1] &= 0xfe
        let none: [UInt8] = []

        #expect(!RSAModulus.isAcceptable(modulus: modulus, exponent: usual))
        #expect(!RSAModulus.isAcceptable(modulus: none, exponent: usual))
    }

    /// An odd number of so many bits without a pattern.
    private static func number(_ bits: Int) -> [UInt8] {
        var state: UInt64 = 88_172_645_463_325_252
        var bytes = (0..<(bits + 7) / 8).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return UInt8(truncatingIfNeeded: state)
        }
        let top = (bits - 1) % 8
        bytes[0] = bytes[0] & UInt8((1 << (top + 1)) - 1) | UInt8(1 << top)
        bytes[bytes.count - 1] |= 1
        return bytes
    }
}
