package import Base

/// The upper bounds of a histogram's buckets, at most 19, inclusive as Prometheus has them.
///
/// One for all histograms of a kind, so it is an object; everything lies within it.
package final class HistogramBounds: Sendable {
    /// How many bounds there are; one more bucket holds what is above the last.
    package let count: Int
    /// In nanoseconds; those behind the last are never exceeded and end every search.
    private let bounds: InlineArray<20, UInt64>
    /// By the number of its binary digits: the first bucket that such a span may belong to.
    private let starts: InlineArray<65, UInt8>

    /// Bounds in microseconds, ascending.
    package init(microseconds: [UInt64]) {
        precondition(microseconds.count < 20, "more bounds than cells")
        precondition(microseconds == microseconds.sorted(), "bounds must ascend")
        let ascending = microseconds.map { $0 * 1_000 }
        count = ascending.count
        bounds = InlineArray { $0 < ascending.count ? ascending[$0] : .max }
        starts = InlineArray { digits in
            let least: UInt64 = digits == 0 ? 0 : 1 << UInt64(digits - 1)
            return UInt8(ascending.count { $0 < least })
        }
    }

    /// The bound at `index`, which is below `count`.
    package subscript(index: Int) -> Nanoseconds {
        precondition(index < count, "no such bound")
        return Nanoseconds(bounds[index])
    }

    /// The first bucket whose bound is not below `span`.
    ///
    /// Bounds at least double, or nearly so: behind the start there are one or two to compare.
    package func bucket(of span: Nanoseconds) -> Int {
        var index = Int(starts[64 &- span.count.leadingZeroBitCount])
        while bounds[index] < span.count { index &+= 1 }
        return index
    }

    /// From 1 ms to 10 min: requests, first bytes and waits, of tiny and of very large models.
    package static let requests = HistogramBounds(microseconds: [
        1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
        2_500_000, 5_000_000, 10_000_000, 30_000_000, 60_000_000, 120_000_000, 300_000_000,
        600_000_000,
    ])

    /// From 100 µs to 1 s: how late an event loop is.
    package static let lags = HistogramBounds(microseconds: [
        100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000,
    ])
}
