import Base

/// Fixed-width hexadecimal numbers as trace headers write them.
enum HexDigits {
    /// The number in `range`, at most 32 digits; upper case is malformed there (W3C §3.2).
    static func lowercase(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt128? {
        guard !range.isEmpty, range.count <= 32, range.upperBound <= bytes.count else { return nil }
        var number: UInt128 = 0
        for index in range {
            let byte = bytes[index]
            guard let digit = ASCII.hexValue(byte), byte < 65 || byte > 70 else { return nil }
            number = number << 4 | UInt128(digit)
        }
        return number
    }

    /// Appends all 32 digits of `number`.
    static func append(_ number: UInt128, to output: inout ByteBuffer) {
        output.append(hex: UInt64(truncatingIfNeeded: number >> 64), digits: 16)
        output.append(hex: UInt64(truncatingIfNeeded: number), digits: 16)
    }
}
