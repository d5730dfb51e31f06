/// A few bytes kept inside their owner: copying one allocates nothing and counts no reference.
///
/// What does not fit is cut off; these bytes are for logs, where a bound matters more. They are
/// stored in words, so that writing them elsewhere is a few whole stores and no loop over bytes.
public struct InlineBytes<let wordCount: Int>: Sendable {
    @usableFromInline var words = InlineArray<wordCount, UInt64>(repeating: 0)
    @usableFromInline var length = 0

    public init() {}

    /// Bytes kept.
    @inlinable public var count: Int { length }

    /// The most bytes that are kept.
    @inlinable public static var capacity: Int { wordCount * 8 }

    /// Replaces the content by the part of `bytes` that `range` names.
    @inlinable public mutating func assign(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        let kept = min(range.count, Self.capacity)
        length = kept
        bytes.withUnsafeBytes { source in
            guard kept > 0, let start = source.baseAddress else { return }
            withUnsafeMutableBytes(of: &words) { target in
                target.baseAddress.unsafelyUnwrapped.copyMemory(
                    from: start + range.lowerBound,
                    byteCount: kept
                )
            }
        }
    }

    /// Replaces the content by the 32 hexadecimal digits of both numbers, lower case.
    @inlinable public mutating func assign(hex high: UInt64, _ low: UInt64) {
        precondition(wordCount >= 4, "no room for 32 digits")
        let upper = unsafeBitCast(ByteBuffer.hexDigits(of: high), to: SIMD2<UInt64>.self)
        let lower = unsafeBitCast(ByteBuffer.hexDigits(of: low), to: SIMD2<UInt64>.self)
        words[0] = upper[0]
        words[1] = upper[1]
        words[2] = lower[0]
        words[3] = lower[1]
        length = 32
    }

    /// Forgets the content; bytes without a count need no clearing.
    @inlinable public mutating func clear() {
        length = 0
    }

    /// Lends the content to `body`.
    @inlinable public func withSpan<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        let span = words.span
        return span.withUnsafeBytes { bytes in
            let used = UnsafeRawBufferPointer(rebasing: bytes[0..<length])
            return body(used.bindMemory(to: UInt8.self).span)
        }
    }

    /// Whether the content is exactly `other`.
    public func equals(_ other: Span<UInt8>) -> Bool {
        guard other.count == count else { return false }
        return withSpan { mine in
            for index in 0..<mine.count where mine[index] != other[index] { return false }
            return true
        }
    }
}

extension ByteBuffer {
    /// Appends the content of `bytes`, a word at a time: what is stored behind its end is free.
    ///
    /// Lent to be changed only because they are then read where they lie, and not copied first.
    @inlinable @inline(__always)
    public mutating func append<let wordCount: Int>(_ bytes: inout InlineBytes<wordCount>) {
        // Few words are stored all, and so is the usual identifier: a loop would cost more.
        if wordCount <= 8 {
            store(&bytes, words: wordCount)
        } else if bytes.count == 32, wordCount >= 4 {
            store(&bytes, words: 4)
        } else {
            store(&bytes, words: (bytes.count &+ 7) >> 3)
        }
        tail &+= bytes.count
    }

    @inlinable @inline(__always)
    mutating func store<let wordCount: Int>(_ bytes: inout InlineBytes<wordCount>, words: Int) {
        reserve(words &* 8)
        for index in 0..<words {
            base.unsafelyUnwrapped.storeBytes(
                of: bytes.words[index],
                toByteOffset: tail &+ index &* 8,
                as: UInt64.self
            )
        }
    }
}
