/// A first-in, first-out queue of fixed capacity; full is an answer, not a trap.
public struct Ring<Element> {
    @usableFromInline var storage: [Element?]
    @usableFromInline var first = 0
    /// Elements waiting.
    public private(set) var count = 0

    /// Room for `capacity` elements, at least one.
    public init(capacity: Int) {
        precondition(capacity > 0)
        storage = Array(repeating: nil, count: capacity)
    }

    /// The most elements that can wait.
    public var capacity: Int { storage.count }
    /// Whether nothing waits.
    public var isEmpty: Bool { count == 0 }

    /// Adds `element` at the end; `false` when the ring is full.
    public mutating func push(_ element: Element) -> Bool {
        guard count < storage.count else { return false }
        var index = first + count
        if index >= storage.count { index -= storage.count }
        storage[index] = element
        count += 1
        return true
    }

    /// Takes the oldest element.
    public mutating func pop() -> Element? {
        guard count > 0 else { return nil }
        let element = storage[first].take()
        first += 1
        if first == storage.count { first = 0 }
        count -= 1
        return element
    }
}
