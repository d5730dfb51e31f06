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
        return withWords { mine in
            other.withWords { theirs in
                var index = range.lowerBound
                var place = otherRange.lowerBound
                while index &+ 8 <= range.upperBound {
                    if mine[index] != theirs[place] { return false }
                    index &+= 8
                    place &+= 8
                }
                let left = range.upperBound &- index
                if left == 0 { return true }
                // Of the last word only those bytes count that are in the range.
                let beyond = UInt64(truncatingIfNeeded: 8 &- left) &* 8
                return (mine[index] ^ theirs[place]) &<< beyond == 0
            }
        }
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
