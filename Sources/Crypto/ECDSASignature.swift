import Base

/// ECDSA signatures as JOSE writes them, r and s side by side (RFC 7518 §3.4), for OpenSSL.
enum ECDSASignature {
    /// The same signature in DER; `nil` unless r and s have `size` bytes each.
    static func der(_ signature: Span<UInt8>, size: Int) -> [UInt8]? {
        guard signature.count == 2 * size else { return nil }
        let numbers =
            integer(signature.extracting(0..<size)) + integer(signature.extracting(size...))
        let length = numbers.count
        // Two numbers of at most 67 bytes: one byte of length, or two.
        return (length < 128 ? [0x30, UInt8(length)] : [0x30, 0x81, UInt8(length)]) + numbers
    }

    private static func integer(_ bytes: Span<UInt8>) -> [UInt8] {
        var start = 0
        while start < bytes.count - 1, bytes[start] == 0 { start += 1 }
        var digits = bytes.array(start..<bytes.count)
        // A number whose top bit is set would read as negative.
        if digits[0] & 0x80 != 0 { digits.insert(0, at: 0) }
        return [0x02, UInt8(digits.count)] + digits
    }
}
