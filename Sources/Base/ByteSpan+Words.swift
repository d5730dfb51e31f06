/// Eight bytes at a time: what makes reading a head cheap; every load is checked.
extension Span<UInt8> {
    /// Where the first control byte other than tab stands at or after `start`, or `nil`.
    ///
    /// Control bytes are 0x00 to 0x1f and 0x7f: what may never stand inside a line of a head.
    @inlinable public func firstControl(from start: Int) -> Int? {
        precondition(start >= 0)
        return withUnsafeBytes { bytes in
            let ones: UInt64 = 0x0101_0101_0101_0101
            let tops: UInt64 = 0x8080_8080_8080_8080
            var index = start
            let count = bytes.count
            while index &+ 8 <= count {
                let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                let delete = word ^ (0x7f &* ones)
                let found = ((word &- 0x20 &* ones) & ~word | (delete &- ones) & ~delete) & tops
                if found == 0 {
                    index &+= 8
                    continue
                }
                let place = index &+ found.trailingZeroBitCount / 8
                if bytes[place] != 9 { return place }
                index = place &+ 1
            }
            while index < count {
                let byte = bytes[index]
                if byte < 0x20 && byte != 9 || byte == 0x7f { return index }
                index &+= 1
            }
            return nil
        }
    }

    /// The bytes in `range`, at most 8, as one number with the letters folded to lower case.
    ///
    /// Folding sets the bit 0x20 of every byte, which is exact for letters, digits and dashes.
    @inlinable public func foldedWord(_ range: Range<Int>) -> UInt64 {
        precondition(range.lowerBound >= 0 && range.upperBound <= count && range.count <= 8)
        return withUnsafeBytes { bytes in
            if range.count == 8 {
                let word = bytes.loadUnaligned(
                    fromByteOffset: range.lowerBound,
                    as: UInt64.self
                )
                return word | 0x2020_2020_2020_2020
            }
            if range.upperBound >= 8 {
                let word = bytes.loadUnaligned(
                    fromByteOffset: range.upperBound &- 8,
                    as: UInt64.self
                )
                if range.isEmpty { return 0 }
                let folded = word | 0x2020_2020_2020_2020
                return folded >> UInt64((8 &- range.count) &* 8)
            }
            var word: UInt64 = 0
            for index in range.reversed() { word = word << 8 | UInt64(bytes[index] | 0x20) }
            return word
        }
    }

    /// Where the token that starts at `start` ends: the first byte that is none of its characters.
    @inlinable public func tokenEnd(from start: Int, to end: Int) -> Int {
        precondition(start >= 0 && end <= count)
        return withUnsafeBytes { bytes in
            var index = start
            while index < end, ASCII.isToken(bytes[index]) { index &+= 1 }
            return index
        }
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
