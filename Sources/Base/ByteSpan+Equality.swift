/// Comparing runs of bytes, eight at a time.
extension Span<UInt8> {
    /// Whether the bytes in `range` are those in `otherRange` of `other`.
    @inlinable public func equals(
        _ range: Range<Int>,
        _ other: Span<UInt8>,
        _ otherRange: Range<Int>
    ) -> Bool {
        guard range.count == otherRange.count else { return false }
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        precondition(otherRange.lowerBound >= 0 && otherRange.upperBound <= other.count)
        var index = range.lowerBound
        var place = otherRange.lowerBound
        while index &+ 8 <= range.upperBound {
            guard word(at: index) == other.word(at: place) else { return false }
            index &+= 8
            place &+= 8
        }
        // The last eight bytes again, as far as there are eight, instead of the rest one by one.
        if range.count >= 8 {
            return word(at: range.upperBound &- 8) == other.word(at: otherRange.upperBound &- 8)
        }
        while index < range.upperBound {
            guard self[index] == other[place] else { return false }
            index &+= 1
            place &+= 1
        }
        return true
    }

    /// Whether the bytes in `range`, with A to Z in lower case, are those in `otherRange`.
    @inlinable public func equalsLowercased(
        _ range: Range<Int>,
        _ other: Span<UInt8>,
        _ otherRange: Range<Int>
    ) -> Bool {
        guard range.count == otherRange.count else { return false }
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        precondition(otherRange.lowerBound >= 0 && otherRange.upperBound <= other.count)
        return withWords { mine in
            other.withWords { theirs in
                var index = range.lowerBound
                var place = otherRange.lowerBound
                while index < range.upperBound {
                    let difference = Words.lowercased(mine[index]) ^ theirs[place]
                    let left = range.upperBound &- index
                    // Of the last word only those bytes count that are in the range.
                    let beyond = UInt64(truncatingIfNeeded: Swift.max(0, 8 &- left) &* 8)
                    if difference &<< beyond != 0 { return false }
                    index &+= 8
                    place &+= 8
                }
                return true
            }
        }
    }
}
