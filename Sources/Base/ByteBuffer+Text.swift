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
        for place in stride(from: digits - 1, through: 0, by: -1) {
            let nibble = UInt8(truncatingIfNeeded: number >> UInt64(place * 4)) & 15
            append(nibble < 10 ? 48 + nibble : 87 + nibble)
        }
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
