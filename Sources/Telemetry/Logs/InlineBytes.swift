import Base

/// A few bytes kept inside their owner: copying one allocates nothing and counts no reference.
///
/// What does not fit is cut off; these bytes are for logs, where a bound matters more.
struct InlineBytes<let capacity: Int>: Sendable {
    private var storage = InlineArray<capacity, UInt8>(repeating: 0)
    private(set) var count = 0

    /// Replaces the content by the part of `bytes` that `range` names.
    mutating func assign(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        count = min(range.count, capacity)
        for offset in 0..<count { storage[offset] = bytes[range.lowerBound &+ offset] }
    }

    /// Forgets the content.
    mutating func clear() {
        count = 0
    }

    /// Lends the content to `body`.
    func withSpan<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        let span = storage.span
        return body(span.extracting(0..<count))
    }

    /// Whether the content is exactly `other`.
    func equals(_ other: Span<UInt8>) -> Bool {
        guard other.count == count else { return false }
        for index in 0..<count where storage[index] != other[index] { return false }
        return true
    }
}
