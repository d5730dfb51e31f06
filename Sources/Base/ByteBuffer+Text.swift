/// Numbers as text, written without a `String` in between.
extension ByteBuffer {
    /// Appends `number` in decimal.
    @inlinable public mutating func append(decimal number: UInt64) {
        if number < 10 { return append(UInt8(truncatingIfNeeded: 48 &+ number)) }
        reserve(24)
        if number < 100 {
            let tens = (number &* 103) &>> 10
            let digits = tens | (number &- tens &* 10) &<< 8 | 0x3030
            store(UInt16(truncatingIfNeeded: digits), at: 0)
            tail &+= 2
            return
        }
        if number < 100_000_000 { return appendLeading(number) }
        let (high, low) = number.quotientAndRemainder(dividingBy: 100_000_000)
        if high < 100_000_000 {
            appendLeading(high)
        } else {
            let (highest, middle) = high.quotientAndRemainder(dividingBy: 100_000_000)
            appendLeading(highest)
            appendEight(middle)
        }
        appendEight(low)
    }

    /// Appends `number`, which is less than 10^8 and not 0, without leading zeros.
    @inlinable @inline(__always) mutating func appendLeading(_ number: UInt64) {
        let digits = Self.decimalDigits(of: number)
        let zeros = digits.trailingZeroBitCount & ~7
        store((digits | 0x3030_3030_3030_3030) &>> UInt64(truncatingIfNeeded: zeros), at: 0)
        tail &+= 8 &- zeros &>> 3
    }

    /// Appends all eight digits of `number`, which is less than 10^8.
    @inlinable mutating func appendEight(_ number: UInt64) {
        store(Self.decimalDigits(of: number) | 0x3030_3030_3030_3030, at: 0)
        tail &+= 8
    }

    /// The eight decimal digits of `number`, less than 10^8, the first in the lowest byte.
    ///
    /// Halves it three times in parallel: two of four digits, four of two, eight of one. The
    /// divisions are multiplications by rounded reciprocals, exact within these bounds.
    @inlinable @inline(__always) static func decimalDigits(of number: UInt64) -> UInt64 {
        let high = number / 10_000
        let fours = high | (number &- high &* 10_000) &<< 32
        let upper = (fours &* 10_486) &>> 20 & 0x0000_007f_0000_007f
        let twos = upper | (fours &- upper &* 100) &<< 16
        let tens = (twos &* 103) &>> 10 & 0x000f_000f_000f_000f
        return tens | (twos &- tens &* 10) &<< 8
    }

    /// Appends `number` in decimal, with a sign when it is negative.
    @inlinable public mutating func append(decimal number: Int) {
        if number < 0 { append(UInt8(ascii: "-")) }
        append(decimal: UInt64(truncatingIfNeeded: number.magnitude))
    }

    /// Appends the low `digits` hexadecimal digits of `number`, lower case, at most 16.
    ///
    /// Always inlined: most callers name their digits, and the shift of them is none for 16.
    @inlinable @inline(__always)
    public mutating func append(hex number: UInt64, digits: Int) {
        precondition(digits > 0 && digits <= 16)
        reserve(16)
        // With its first digit on top, all are written and the rest is not taken.
        let text = number &<< UInt64(truncatingIfNeeded: (16 &- digits) &* 4)
        base.unsafelyUnwrapped.storeBytes(
            of: Self.hexDigits(of: text),
            toByteOffset: tail,
            as: SIMD8<UInt16>.self
        )
        tail &+= digits
    }

    /// The sixteen hexadecimal digits of `number`, as they are written: two in each lane.
    ///
    /// A byte becomes two nibbles, the higher one first, and each a digit or, 39 above, a letter.
    @inlinable @inline(__always) static func hexDigits(of number: UInt64) -> SIMD8<UInt16> {
        let bytes = unsafeBitCast(number.bigEndian, to: SIMD8<UInt8>.self)
        let lanes = SIMD8<UInt16>(truncatingIfNeeded: bytes)
        let nibbles = (lanes &>> 4 | lanes &<< 8) & 0x0f0f
        let letters = (nibbles &+ 0x0606) &>> 4 & 0x0101
        return nibbles &+ 0x3030 &+ letters &* 39
    }

    /// Appends `number` in hexadecimal without leading zeros, lower case.
    @inlinable public mutating func append(hex number: UInt64) {
        append(hex: number, digits: max(1, (64 - number.leadingZeroBitCount + 3) / 4))
    }

    /// Appends `span` as seconds with six decimals, the form of logs and metrics.
    @inlinable public mutating func append(seconds span: Nanoseconds) {
        append(decimal: span.count / 1_000_000_000)
        reserve(8)
        // Of eight digits the first is 0, as the fraction has six: it makes room for the point.
        let micros = span.count % 1_000_000_000 / 1_000
        let digits = Self.decimalDigits(of: micros) | 0x3030_3030_3030_3030
        store(digits &>> 8 & ~0xff | UInt64(UInt8(ascii: ".")), at: 0)
        tail &+= 7
    }

    /// The waiting bytes as text; malformed UTF-8 becomes U+FFFD.
    public borrowing func text() -> String {
        withUnsafeReadable { String(decoding: $0, as: UTF8.self) }
    }
}
