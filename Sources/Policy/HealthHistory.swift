package import Base

/// One change of a model's state and what was seen at that moment.
package struct HealthChange: Sendable, Hashable {
    package let state: HealthState
    package let at: Instant
    package let evidence: String
}

/// The last changes, oldest first.
package struct HealthHistory: Sendable {
    package static let capacity = 20

    package private(set) var changes: [HealthChange] = []

    mutating func add(_ change: HealthChange) {
        // Shifting twenty elements is nothing beside how seldom a state changes.
        if changes.count == Self.capacity { changes.removeFirst() }
        changes.append(change)
    }
}
