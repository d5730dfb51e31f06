package import Base

/// The upper bounds of a histogram's buckets, at most 19, inclusive as Prometheus has them.
package struct HistogramBounds: Sendable {
    /// In nanoseconds; an array and not inline, so that a search reads it in place.
    private let bounds: [UInt64]

    /// Bounds in microseconds, ascending.
    package init(microseconds: [UInt64]) {
        precondition(microseconds.count < 20, "more bounds than cells")
        precondition(microseconds == microseconds.sorted(), "bounds must ascend")
        bounds = microseconds.map { $0 * 1_000 }
    }

    /// How many bounds there are; one more bucket holds what is above the last.
    package var count: Int { bounds.count }

    /// The bound at `index`, which is below `count`.
    package subscript(index: Int) -> Nanoseconds { Nanoseconds(bounds[index]) }

    /// The first bucket whose bound is not below `span`.
    package func bucket(of span: Nanoseconds) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low &+ high) >> 1
            if bounds[middle] < span.count { low = middle &+ 1 } else { high = middle }
        }
        return low
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
