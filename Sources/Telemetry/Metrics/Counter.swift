package import Base
import Synchronization

/// A number that only grows, added to by any thread without blocking.
///
/// A counter of a metric whose unit is seconds holds nanoseconds; the text shows seconds.
package final class Counter: Sendable {
    private let cell = Atomic<UInt64>(0)

    package init() {}

    /// Counts `amount` more.
    package func add(_ amount: UInt64 = 1) {
        cell.wrappingAdd(amount, ordering: .relaxed)
    }

    /// Counts a span of time, for metrics whose unit is seconds.
    package func add(_ span: Nanoseconds) {
        cell.wrappingAdd(span.count, ordering: .relaxed)
    }

    /// What has been counted so far.
    package var value: UInt64 { cell.load(ordering: .relaxed) }
}
