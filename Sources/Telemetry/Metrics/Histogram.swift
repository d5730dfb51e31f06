package import Base
import Synchronization

/// Counts spans of time in fixed buckets, from any thread without blocking.
///
/// Bounds are whole nanoseconds and the search begins where the span's size says: recording costs
/// one or two comparisons and two atomic additions. The number of observations is not stored: it is
/// the sum of the buckets, so the text can never show a count that its buckets deny.
package final class Histogram: Sendable {
    /// The upper bounds of the buckets, ascending, without the last one that has none.
    package let bounds: HistogramBounds
    private let cells = InlineArray<20, Atomic<UInt64>> { _ in Atomic(0) }
    private let total = Atomic<UInt64>(0)

    package init(_ bounds: HistogramBounds) {
        self.bounds = bounds
    }

    /// Counts one observation.
    package func record(_ span: Nanoseconds) {
        cells[bounds.bucket(of: span)].wrappingAdd(1, ordering: .relaxed)
        total.wrappingAdd(span.count, ordering: .relaxed)
    }

    /// Observations in the bucket at `index` alone, not those of the buckets below it.
    package func count(inBucket index: Int) -> UInt64 {
        cells[index].load(ordering: .relaxed)
    }

    /// All observations together.
    package var count: UInt64 {
        (0...bounds.count).reduce(0) { $0 &+ count(inBucket: $1) }
    }

    /// The sum of everything observed.
    package var sum: Nanoseconds { Nanoseconds(total.load(ordering: .relaxed)) }
}
