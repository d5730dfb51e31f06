/// Base64 with the URL-safe alphabet and without padding (RFC 4648 §5, RFC 7515 §2).
public enum Base64URL {
    /// Decodes all of `text`; `nil` when a byte, the length or the last bits are not canonical.
    ///
    /// Every sequence of bytes has exactly one text that is accepted here.
    public static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        let rest = text.count % 4
        guard rest != 1 else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(text.count / 4 * 3 + 2)
        var bits: UInt32 = 0
        var isValid = true
        for index in 0..<text.count {
            let value = values[Int(text[index])]
            isValid = isValid && value < 64
            bits = bits << 6 | UInt32(value & 63)
            guard index % 4 == 3 else { continue }
            output.append(UInt8(truncatingIfNeeded: bits >> 16))
            output.append(UInt8(truncatingIfNeeded: bits >> 8))
            output.append(UInt8(truncatingIfNeeded: bits))
            bits = 0
        }
        guard isValid else { return nil }
        switch rest {
        case 2:
            guard bits & 0xf == 0 else { return nil }
            output.append(UInt8(truncatingIfNeeded: bits >> 4))
        case 3:
            guard bits & 0x3 == 0 else { return nil }
            output.append(UInt8(truncatingIfNeeded: bits >> 10))
            output.append(UInt8(truncatingIfNeeded: bits >> 2))
        default: break
        }
        return output
    }

    /// Appends the text of `bytes`.
    public static func append(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        output.reserveCapacity(output.count + (bytes.count * 4 + 2) / 3)
        var index = 0
        while index + 3 <= bytes.count {
            let bits =
                UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8
                | UInt32(bytes[index + 2])
            appendDigits(bits, 4, to: &output)
            index += 3
        }
        switch bytes.count - index {
        case 1: appendDigits(UInt32(bytes[index]) << 16, 2, to: &output)
        case 2:
            let bits = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8
            appendDigits(bits, 3, to: &output)
        default: break
        }
    }

    private static func appendDigits(_ bits: UInt32, _ count: Int, to output: inout [UInt8]) {
        for place in 0..<count {
            output.append(alphabet[Int(bits >> UInt32(18 - 6 * place) & 63)])
        }
    }

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8
    )

    /// The value of each byte; 255 for those outside the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()
}
