/// Numbers as text, written without a `String` in between.
extension ByteBuffer {
    /// Appends `number` in decimal.
    @inlinable public mutating func append(decimal number: UInt64) {
        if number < 10 {
            append(UInt8(truncatingIfNeeded: 48 + number))
            return
        }
        var digits = 1
        var bound: UInt64 = 10
        while number >= bound {
            digits += 1
            let (next, overflow) = bound.multipliedReportingOverflow(by: 10)
            if overflow { break }
            bound = next
        }
        reserve(digits)
        var rest = number
        for place in stride(from: digits - 1, through: 0, by: -1) {
            let digit = UInt8(truncatingIfNeeded: 48 + rest % 10)
            base.unsafelyUnwrapped.storeBytes(of: digit, toByteOffset: tail + place, as: UInt8.self)
            rest /= 10
        }
        tail += digits
    }

    /// Appends `number` in decimal, with a sign when it is negative.
    @inlinable public mutating func append(decimal number: Int) {
        if number < 0 { append(UInt8(ascii: "-")) }
        append(decimal: UInt64(number.magnitude))
    }

    /// Appends the low `digits` hexadecimal digits of `number`, lower case, at most 16.
    @inlinable public mutating func append(hex number: UInt64, digits: Int) {
        precondition(digits > 0 && digits <= 16)
        reserve(16)
        let low = Self.hexDigits(of: UInt32(truncatingIfNeeded: number)).bigEndian
        let high = Self.hexDigits(of: UInt32(truncatingIfNeeded: number >> 32)).bigEndian
        let text = (UInt128(low) << 64 | UInt128(high)) >> UInt128((16 - digits) * 8)
        base.unsafelyUnwrapped.storeBytes(
            of: UInt64(truncatingIfNeeded: text),
            toByteOffset: tail,
            as: UInt64.self
        )
        base.unsafelyUnwrapped.storeBytes(
            of: UInt64(truncatingIfNeeded: text >> 64),
            toByteOffset: tail + 8,
            as: UInt64.self
        )
        tail += digits
    }

    /// The eight hexadecimal digits of `number` at once, the first in the highest byte.
    ///
    /// Spreads the nibbles over eight bytes, then adds what makes each a digit or a letter.
    @inlinable static func hexDigits(of number: UInt32) -> UInt64 {
        var spread = UInt64(number)
        spread = (spread | spread << 16) & 0x0000_ffff_0000_ffff
        spread = (spread | spread << 8) & 0x00ff_00ff_00ff_00ff
        spread = (spread | spread << 4) & 0x0f0f_0f0f_0f0f_0f0f
        let letters = (spread &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return spread &+ 0x3030_3030_3030_3030 &+ letters &* 39
    }

    /// Appends `number` in hexadecimal without leading zeros, lower case.
    @inlinable public mutating func append(hex number: UInt64) {
        append(hex: number, digits: max(1, (64 - number.leadingZeroBitCount + 3) / 4))
    }

    /// Appends `span` as seconds with six decimals, the form of logs and metrics.
    @inlinable public mutating func append(seconds span: Nanoseconds) {
        append(decimal: span.count / 1_000_000_000)
        append(UInt8(ascii: "."))
        let micros = span.count % 1_000_000_000 / 1_000
        var bound: UInt64 = 100_000
        while bound > 0 {
            append(UInt8(truncatingIfNeeded: 48 + micros / bound % 10))
            bound /= 10
        }
    }

    /// The waiting bytes as text; malformed UTF-8 becomes U+FFFD.
    public borrowing func text() -> String {
        withUnsafeReadable { String(decoding: $0, as: UTF8.self) }
    }
}
