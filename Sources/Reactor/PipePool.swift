/// The pipes of one worker: some idle, the others with connections that move large bodies.
///
/// Bounds what the kernel holds for us: never more than `capacity` pipes, so never more than
/// `capacity * Pipe.capacity` bytes in them. Whoever gets none copies.
package struct PipePool: ~Copyable {
    private static let idleMost = 16

    private let capacity: Int
    private var idle = InlineArray<16, Pipe?> { _ in nil }
    /// Pipes that wait to be lent.
    package private(set) var idleCount = 0
    /// The fewest that waited since the last `trim`: so many were not needed.
    private var spare = 0
    private var lent = 0
    private var isUsable = true

    /// At most `capacity` pipes at a time, none of them made yet.
    package init(capacity: Int) {
        self.capacity = capacity
    }

    /// An empty pipe, to be given back; `nil` when there can be no more.
    package mutating func take() -> Pipe? {
        guard isUsable, lent < capacity else { return nil }
        var taken: Pipe?
        if idleCount > 0 {
            idleCount -= 1
            spare = min(spare, idleCount)
            taken = idle[idleCount].take()
        } else {
            taken = Pipe.make()
        }
        if taken != nil { lent += 1 }
        return taken
    }

    /// Takes back what `take` gave.
    ///
    /// A pipe that still holds bytes is closed: they are nobody's.
    package mutating func give(_ pipe: inout Pipe?) {
        guard let given = pipe.take() else { return }
        lent -= 1
        guard given.count == 0, isUsable, idleCount < Self.idleMost, idleCount + lent < capacity
        else { return }
        idle[idleCount] = consume given
        idleCount += 1
    }

    /// Closes as many as were not needed since the last time.
    package mutating func trim() {
        for _ in 0..<spare {
            idleCount -= 1
            idle[idleCount] = nil
        }
        spare = idleCount
    }

    /// Lends no more: the kernel refused to splice, and it will not change its mind.
    package mutating func retire() {
        isUsable = false
    }
}
