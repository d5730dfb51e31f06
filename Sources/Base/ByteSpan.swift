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
    ///
    /// Always inlined, so that a literal is compared as the few words that it is.
    @inlinable @inline(__always)
    public func equals(_ text: StaticString, _ range: Range<Int>) -> Bool {
        let count = text.utf8CodeUnitCount
        guard range.count == count, contains(range) else { return false }
        let other = UnsafeRawPointer(text.utf8Start)
        return withUnsafeBytes { bytes in
            var offset = 0
            while offset &+ 8 <= count {
                let place = range.lowerBound &+ offset
                let word = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                if word != other.loadUnaligned(fromByteOffset: offset, as: UInt64.self) {
                    return false
                }
                offset &+= 8
            }
            if offset &+ 4 <= count {
                let place = range.lowerBound &+ offset
                let word = bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)
                if word != other.loadUnaligned(fromByteOffset: offset, as: UInt32.self) {
                    return false
                }
                offset &+= 4
            }
            while offset < count {
                if bytes[range.lowerBound &+ offset] != text.utf8Start[offset] { return false }
                offset &+= 1
            }
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
        let count = lowercase.utf8CodeUnitCount
        guard range.count == count, contains(range) else { return false }
        let other = UnsafeRawPointer(lowercase.utf8Start)
        return withUnsafeBytes { bytes in
            var offset = 0
            while offset &+ 8 <= count {
                let place = range.lowerBound &+ offset
                let word = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                let text = other.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                if Words.lowercased(word) != text { return false }
                offset &+= 8
            }
            while offset < count {
                let byte = ASCII.lowercased(bytes[range.lowerBound &+ offset])
                if byte != lowercase.utf8Start[offset] { return false }
                offset &+= 1
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
        if range.count > 8 { return longDecimal(range) }
        // Behind as many zeros as make it eight digits.
        let zeros = UInt64(truncatingIfNeeded: 8 &- range.count) &* 8
        let word = withWords { $0[range.lowerBound] &<< zeros }
        let padding = zeros == 0 ? 0 : 0x3030_3030_3030_3030 &>> (64 &- zeros)
        return Words.number(word | padding)
    }

    /// The decimal number in `range`, of any length, digit by digit.
    @usableFromInline func longDecimal(_ range: Range<Int>) -> UInt64? {
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
        precondition(contains(range))
        return withUnsafeBytes { bytes in
            var low = range.lowerBound
            var high = range.upperBound
            while low < high, ASCII.isBlank(bytes[low]) { low &+= 1 }
            while high > low, ASCII.isBlank(bytes[high &- 1]) { high &-= 1 }
            return low..<high
        }
    }

    /// Whether every index of `range` is one of ours.
    @inlinable @inline(__always) func contains(_ range: Range<Int>) -> Bool {
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

    /// Becomes a copy of `bytes`, in the memory it has.
    ///
    /// Two arrays of about the same length, as one connection's heads are, cost one copy: what
    /// both have room for is overwritten in place.
    @inlinable public mutating func replace(with bytes: Span<UInt8>) {
        if count > bytes.count { removeLast(count &- bytes.count) }
        let common = count
        withUnsafeMutableBytes { memory in
            bytes.withUnsafeBytes { memory.copyMemory(from: .init(rebasing: $0[..<common])) }
        }
        if common < bytes.count { append(bytes.extracting(common...)) }
    }
}
