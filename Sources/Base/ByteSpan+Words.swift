/// Eight bytes at a time: what makes reading a head cheap; every load is checked.
///
/// The masks have the top bit of each byte that fits set, exactly: bytes beyond ASCII are
/// cleared before an addition, so that no carry leaves its byte.
extension Span<UInt8> {
    /// Where the first control byte other than tab stands at or after `start`, or `nil`.
    ///
    /// Control bytes are 0x00 to 0x1f and 0x7f: what may never stand inside a line of a head.
    @inlinable public func firstControl(from start: Int) -> Int? {
        precondition(start >= 0)
        var index = start
        while index &+ 8 <= count {
            let word = word(at: index)
            let low = (word & Words.lows) &+ 0x01 &* Words.ones
            let found = ((word &- 0x20 &* Words.ones) | low) & ~word & Words.tops
            if found == 0 {
                index &+= 8
                continue
            }
            // The lowest mark is exact; only higher ones may be false, by its borrow.
            index &+= found.trailingZeroBitCount >> 3
            if self[index] != 9 { return index }
            index &+= 1
        }
        while index < count {
            let byte = self[index]
            if byte < 0x20 && byte != 9 || byte == 0x7f { return index }
            index &+= 1
        }
        return nil
    }

    /// Where the token that starts at `start` ends (RFC 9110 §5.6.2), `end` at most.
    ///
    /// Letters, dashes and dots are told eight at a time, its other characters one by one.
    @inlinable public func tokenEnd(from start: Int, to end: Int) -> Int {
        precondition(start >= 0 && end <= count)
        var index = start
        while index &+ 8 <= end {
            let word = word(at: index)
            let others = ~(Words.letters(word) | Words.dashesAndDots(word)) & Words.tops
            index &+= others == 0 ? 8 : others.trailingZeroBitCount >> 3
            if others != 0 {
                guard ASCII.isToken(self[index]) else { return index }
                index &+= 1
            }
        }
        while index < end, ASCII.isToken(self[index]) { index &+= 1 }
        return index
    }

    /// Where the run of letters, digits, dashes and dots that starts at `start` ends.
    ///
    /// It may stop up to seven bytes early before `end`.
    @inlinable public func hostNameEnd(from start: Int, to end: Int) -> Int {
        precondition(start >= 0 && end <= count)
        var index = start
        while index &+ 8 <= end {
            let word = word(at: index)
            let plain = Words.letters(word) | Words.dashesAndDots(word) | Words.digits(word)
            let others = ~plain & Words.tops
            if others != 0 { return index &+ others.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        return index
    }

    /// Where the run of letters, digits, dashes, dots and slashes that starts at `start` ends.
    ///
    /// It may stop up to seven bytes early before `end`.
    @inlinable public func plainPathEnd(from start: Int, to end: Int) -> Int {
        precondition(start >= 0 && end <= count)
        var index = start
        while index &+ 8 <= end {
            let word = word(at: index)
            let others = ~(Words.letters(word) | Words.dashesToNine(word)) & Words.tops
            if others != 0 { return index &+ others.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        return index
    }

    /// The bytes in `range`, at most 8, as one number with the letters folded to lower case.
    ///
    /// Folding sets the bit 0x20 of every byte, which is exact for letters, digits and dashes.
    @inlinable public func foldedWord(_ range: Range<Int>) -> UInt64 {
        precondition(range.lowerBound >= 0 && range.upperBound <= count && range.count <= 8)
        if range.count == 8 { return word(at: range.lowerBound) | 0x20 &* Words.ones }
        if range.upperBound >= 8, !range.isEmpty {
            let word = word(at: range.upperBound &- 8) | 0x20 &* Words.ones
            return word &>> UInt64(truncatingIfNeeded: (8 &- range.count) &* 8)
        }
        var word: UInt64 = 0
        for index in range.reversed() { word = word << 8 | UInt64(self[index] | 0x20) }
        return word
    }

    /// The eight bytes from `index` on, the first one lowest.
    @inlinable @inline(__always) func word(at index: Int) -> UInt64 {
        bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
    }

    /// Whether the bytes in both ranges are equal, letters compared without case.
    public func equalsIgnoringCase(
        _ range: Range<Int>,
        _ other: Span<UInt8>,
        _ otherRange: Range<Int>
    ) -> Bool {
        guard range.count == otherRange.count else { return false }
        for offset in 0..<range.count
        where ASCII.lowercased(self[range.lowerBound + offset])
            != ASCII.lowercased(other[otherRange.lowerBound + offset])
        {
            return false
        }
        return true
    }
}

/// Masks over eight bytes: the top bit of each byte that is of a kind.
@usableFromInline enum Words {
    @inlinable static var ones: UInt64 { 0x0101_0101_0101_0101 }
    @inlinable static var tops: UInt64 { 0x8080_8080_8080_8080 }
    @inlinable static var lows: UInt64 { 0x7f7f_7f7f_7f7f_7f7f }

    @inlinable @inline(__always) static func letters(_ word: UInt64) -> UInt64 {
        range(word | 0x20 &* ones, 0x61, 0x7a)
    }

    @inlinable @inline(__always) static func digits(_ word: UInt64) -> UInt64 {
        range(word, 0x30, 0x39)
    }

    /// `-` and `.`, which are neighbours.
    @inlinable @inline(__always) static func dashesAndDots(_ word: UInt64) -> UInt64 {
        range(word, 0x2d, 0x2e)
    }

    /// `-`, `.`, `/` and the digits, which are neighbours.
    @inlinable @inline(__always) static func dashesToNine(_ word: UInt64) -> UInt64 {
        range(word, 0x2d, 0x39)
    }

    @inlinable @inline(__always)
    static func range(_ word: UInt64, _ low: UInt64, _ high: UInt64) -> UInt64 {
        let ascii = word & lows
        let atLeast = ascii &+ (0x80 &- low) &* ones
        let beyond = ascii &+ (0x7f &- high) &* ones
        return atLeast & ~beyond & ~word & tops
    }
}
