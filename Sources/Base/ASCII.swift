/// Byte classes of the protocols, without locale and without Foundation.
public enum ASCII {
    /// `byte` with A to Z folded to a to z.
    @inlinable public static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- 65 < 26 ? byte | 0x20 : byte
    }

    /// Space or horizontal tab, the only white space inside HTTP fields (RFC 9110 §5.6.3).
    @inlinable public static func isBlank(_ byte: UInt8) -> Bool {
        byte == 32 || byte == 9
    }

    /// 0 to 9.
    @inlinable public static func isDigit(_ byte: UInt8) -> Bool {
        byte &- 48 < 10
    }

    /// A to Z or a to z.
    @inlinable public static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 97 < 26
    }

    /// The value of a hexadecimal digit in either case, or `nil`.
    @inlinable public static func hexValue(_ byte: UInt8) -> UInt8? {
        if byte &- 48 < 10 { return byte &- 48 }
        let folded = (byte | 0x20) &- 97
        return folded < 6 ? folded &+ 10 : nil
    }

    /// A character of a token (RFC 9110 §5.6.2).
    @inlinable public static func isToken(_ byte: UInt8) -> Bool {
        if byte < 64 { return tokenLow >> UInt64(byte) & 1 == 1 }
        return byte < 128 && tokenHigh >> UInt64(byte &- 64) & 1 == 1
    }

    /// `! # $ % & ' * + - .` and the digits, one bit each.
    @usableFromInline static let tokenLow: UInt64 = 0x03ff_6cfa_0000_0000
    /// The letters and `^ _ ` | ~`, one bit each.
    @usableFromInline static let tokenHigh: UInt64 = 0x57ff_ffff_c7ff_fffe
}
