import Base

/// SipHash-2-4: a short keyed hash whose values nobody guesses without its key.
///
/// The same in every process, unlike Swift's own. Aumasson and Bernstein, "SipHash: a fast
/// short-input PRF" (2012).
struct SipHash: Sendable {
    private let low: UInt64
    private let high: UInt64

    init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// The hash of the bytes in `range`.
    func hash(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        var state = State(low: low, high: high)
        var index = range.lowerBound
        while index &+ 8 <= range.upperBound {
            state.take(Self.word(bytes, index..<index &+ 8))
            index &+= 8
        }
        let length = UInt64(truncatingIfNeeded: range.count) << 56
        state.take(length | Self.word(bytes, index..<range.upperBound))
        return state.finish()
    }

    /// Up to eight bytes, the first lowest.
    private static func word(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        var word: UInt64 = 0
        for index in range.reversed() { word = word << 8 | UInt64(bytes[index]) }
        return word
    }

    private struct State {
        private var a: UInt64
        private var b: UInt64
        private var c: UInt64
        private var d: UInt64

        init(low: UInt64, high: UInt64) {
            a = low ^ 0x736f_6d65_7073_6575
            b = high ^ 0x646f_7261_6e64_6f6d
            c = low ^ 0x6c79_6765_6e65_7261
            d = high ^ 0x7465_6462_7974_6573
        }

        mutating func take(_ word: UInt64) {
            d ^= word
            turn()
            turn()
            a ^= word
        }

        mutating func finish() -> UInt64 {
            c ^= 0xff
            for _ in 0..<4 { turn() }
            return a ^ b ^ c ^ d
        }

        private mutating func turn() {
            a &+= b
            b = Self.rotate(b, 13) ^ a
            a = Self.rotate(a, 32)
            c &+= d
            d = Self.rotate(d, 16) ^ c
            a &+= d
            d = Self.rotate(d, 21) ^ a
            c &+= b
            b = Self.rotate(b, 17) ^ c
            c = Self.rotate(c, 32)
        }

        private static func rotate(_ word: UInt64, _ count: UInt64) -> UInt64 {
            word << count | word >> (64 - count)
        }
    }
}
