/// What parsers do with lent bytes; every index is checked.
extension Span<UInt8> {
    /// Where `byte` first stands at or after `start`, or `nil`.
    @inlinable public func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
        precondition(start >= 0)
        // Also keeps the sums below from wrapping.
        guard start < count else { return nil }
        return withUnsafeBytes { bytes in
            var index = start
            let count = bytes.count
            let pattern = UInt64(byte) &* 0x0101_0101_0101_0101
            while index &+ 8 <= count {
                let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) ^ pattern
                let found = (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
                if found != 0 { return index &+ found.trailingZeroBitCount / 8 }
                index &+= 8
            }
            while index < count {
                if bytes[index] == byte { return index }
                index &+= 1
            }
            return nil
        }
    }

    /// Whether the bytes in `range` are exactly `text`.
    @inlinable public func equals(_ text: StaticString, _ range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount, contains(range) else { return false }
        return withUnsafeBytes { bytes in
            for offset in 0..<range.count
            where bytes[range.lowerBound &+ offset] != text.utf8Start[offset] { return false }
            return true
        }
    }

    /// Whether the bytes in `range` are `lowercase`, letters compared without case.
    ///
    /// `lowercase` must hold no upper-case letter.
    @inlinable public func equalsIgnoringCase(
        _ lowercase: StaticString,
        _ range: Range<Int>
    ) -> Bool {
        guard range.count == lowercase.utf8CodeUnitCount, contains(range) else { return false }
        return withUnsafeBytes { bytes in
            for offset in 0..<range.count
            where ASCII.lowercased(bytes[range.lowerBound &+ offset])
                != lowercase.utf8Start[offset]
            {
                return false
            }
            return true
        }
    }

    /// Whether `needle` stands anywhere in these bytes.
    public func contains(_ needle: [UInt8]) -> Bool {
        guard let first = needle.first else { return true }
        var start = 0
        while let index = firstIndex(of: first, from: start), index + needle.count <= count {
            if needle.indices.allSatisfy({ self[index + $0] == needle[$0] }) { return true }
            start = index + 1
        }
        return false
    }

    /// The decimal number in `range`: digits only, at least one, no overflow.
    @inlinable public func decimal(_ range: Range<Int>) -> UInt64? {
        guard !range.isEmpty, contains(range) else { return nil }
        var number: UInt64 = 0
        for index in range {
            let digit = self[index] &- 48
            guard digit < 10 else { return nil }
            let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(UInt64(digit))
            guard !overflow, !carry else { return nil }
            number = sum
        }
        return number
    }

    /// `range` without spaces and tabs at either end.
    @inlinable public func trimmed(_ range: Range<Int>) -> Range<Int> {
        var low = range.lowerBound
        var high = range.upperBound
        while low < high, ASCII.isBlank(self[low]) { low += 1 }
        while high > low, ASCII.isBlank(self[high - 1]) { high -= 1 }
        return low..<high
    }

    /// Whether every index of `range` is one of ours.
    @inlinable func contains(_ range: Range<Int>) -> Bool {
        range.lowerBound >= 0 && range.upperBound <= count
    }

    /// The bytes in `range` as text for logs and pages.
    ///
    /// Malformed UTF-8 becomes U+FFFD.
    public func text(_ range: Range<Int>) -> String {
        extracting(range).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// A copy of the bytes in `range`.
    public func array(_ range: Range<Int>) -> [UInt8] {
        extracting(range).withUnsafeBytes { Array($0) }
    }
}

extension [UInt8] {
    /// Appends `bytes` in one copy.
    @inlinable public mutating func append(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBufferPointer { append(contentsOf: $0) }
    }
}
