/// A first-in, first-out queue of fixed capacity; full is an answer, not a trap.
public struct Ring<Element> {
    @usableFromInline var storage: [Element?]
    @usableFromInline var first = 0
    @usableFromInline var waiting = 0

    /// Room for `capacity` elements, at least one.
    @inlinable public init(capacity: Int) {
        precondition(capacity > 0)
        storage = Array(repeating: nil, count: capacity)
    }

    /// Elements waiting.
    @inlinable public var count: Int { waiting }
    /// The most elements that can wait.
    @inlinable public var capacity: Int { storage.count }
    /// Whether nothing waits.
    @inlinable public var isEmpty: Bool { waiting == 0 }

    /// Adds `element` at the end; `false` when the ring is full.
    @inlinable public mutating func push(_ element: Element) -> Bool {
        guard waiting < storage.count else { return false }
        var index = first + waiting
        if index >= storage.count { index -= storage.count }
        storage[index] = element
        waiting += 1
        return true
    }

    /// Takes the oldest element.
    @inlinable public mutating func pop() -> Element? {
        guard waiting > 0 else { return nil }
        let element = storage[first].take()
        first += 1
        if first == storage.count { first = 0 }
        waiting -= 1
        return element
    }
}

extension Ring: Sendable where Element: Sendable {}
