import Synchronization

/// A number that goes up and down, changed by any thread without blocking.
///
/// A gauge of a metric whose unit is seconds holds nanoseconds; the text shows seconds.
package final class Gauge: Sendable {
    private let cell: Atomic<Int>

    package init(_ value: Int = 0) {
        cell = Atomic(value)
    }

    /// Moves the value by `amount`, down when it is negative.
    package func add(_ amount: Int) {
        cell.wrappingAdd(amount, ordering: .relaxed)
    }

    /// Replaces the value.
    package func set(_ value: Int) {
        cell.store(value, ordering: .relaxed)
    }

    /// The value now.
    package var value: Int { cell.load(ordering: .relaxed) }
}
