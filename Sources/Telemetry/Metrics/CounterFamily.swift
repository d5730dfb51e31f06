package import Base
import Synchronization

/// Counters that differ in one label whose values are a closed list.
///
/// All cells exist from the start and are found by index, so counting is one atomic addition,
/// and no request can ever add a series.
package final class CounterFamily: Sendable {
    /// The most label values one family can have.
    package static let valuesMax = 64

    /// The values of the label, in the order of the cells.
    package let values: [StaticString]
    private let cells = InlineArray<64, Atomic<UInt64>> { _ in Atomic(0) }

    package init(_ values: [StaticString]) {
        precondition(values.count <= Self.valuesMax, "more label values than cells")
        self.values = values
    }

    /// Counts `amount` more of the value at `index`.
    package func add(_ amount: UInt64 = 1, at index: Int) {
        precondition(index < values.count, "no such label value")
        cells[index].wrappingAdd(amount, ordering: .relaxed)
    }

    /// Counts a span of time, for metrics whose unit is seconds.
    package func add(_ span: Nanoseconds, at index: Int) {
        add(span.count, at: index)
    }

    /// What has been counted for the value at `index`.
    package func value(at index: Int) -> UInt64 {
        precondition(index < values.count, "no such label value")
        return cells[index].load(ordering: .relaxed)
    }
}
