/// Which RSA keys are too weak, or too large, to be believed.
enum RSAModulus {
    /// Bits of a modulus that is accepted: below is weak, above costs more than a caller may ask.
    static let acceptedBits = 2_048...8_192

    /// Whether the numbers, big-endian, make a key that is accepted.
    static func isAcceptable(modulus: Span<UInt8>, exponent: Span<UInt8>) -> Bool {
        acceptedBits.contains(bits(of: modulus)) && modulus[modulus.count - 1] & 1 == 1
            && isAcceptable(exponent: exponent) && !isROCA(modulus)
    }

    /// Odd, at least 3, at most 64 bits: 1 would let every signature pass.
    private static func isAcceptable(exponent: Span<UInt8>) -> Bool {
        guard (2...64).contains(bits(of: exponent)) else { return false }
        return exponent[exponent.count - 1] & 1 == 1
    }

    private static func bits(of number: Span<UInt8>) -> Int {
        for index in 0..<number.count where number[index] != 0 {
            return (number.count - index) * 8 - number[index].leadingZeroBitCount
        }
        return 0
    }

    /// Whether the modulus bears the mark of a generator whose keys can be factored.
    ///
    /// CVE-2017-15361: its primes are powers of 65537 modulo many small primes, and so is their
    /// product. An ordinary modulus passes for one with a chance below 2^-27.
    private static func isROCA(_ modulus: Span<UInt8>) -> Bool {
        smallPrimes.allSatisfy { prime in
            let rest = remainder(of: modulus, prime)
            var power: UInt32 = 1
            repeat {
                if power == rest { return true }
                power = power * (65_537 % prime) % prime
            } while power != 1
            return false
        }
    }

    private static let smallPrimes: [UInt32] = [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
        101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
    ]

    private static func remainder(of number: Span<UInt8>, _ divisor: UInt32) -> UInt32 {
        var rest: UInt32 = 0
        for index in 0..<number.count { rest = (rest << 8 | UInt32(number[index])) % divisor }
        return rest
    }
}
