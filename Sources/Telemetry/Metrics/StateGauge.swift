import Synchronization

/// Which of a closed list of states holds now: one series per state, 1 for the one that holds.
package final class StateGauge: Sendable {
    /// The names of the states, in the order of their indices.
    package let states: [StaticString]
    private let cell: Atomic<Int>

    package init(_ states: [StaticString], now index: Int = 0) {
        precondition(states.indices.contains(index), "no such state")
        self.states = states
        cell = Atomic(index)
    }

    /// Moves to the state at `index`.
    package func set(_ index: Int) {
        precondition(states.indices.contains(index), "no such state")
        cell.store(index, ordering: .relaxed)
    }

    /// The index of the state that holds.
    package var index: Int { cell.load(ordering: .relaxed) }
}
