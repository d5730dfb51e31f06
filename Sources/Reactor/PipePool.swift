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
    /// How often to say no before another one is made: trying costs more than copying once.
    private var pause = 0
    private var isUsable = true

    /// How often is said no after one could not be made.
    package static let pauseLength = 1_024

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
            taken = make()
        }
        if taken != nil { lent += 1 }
        return taken
    }

    /// Where descriptors or the kernel's memory for pipes are short, they mostly stay so for a while.
    private mutating func make() -> Pipe? {
        if pause > 0 {
            pause -= 1
            return nil
        }
        let made = Pipe.make()
        if made == nil { pause = Self.pauseLength }
        return made
    }

    /// Takes back what `take` gave.
    ///
    /// A pipe that still holds bytes is closed: they are nobody's. One that the kernel did not let
    /// go out is the last.
    package mutating func give(_ pipe: inout Pipe?) {
        guard let given = pipe.take() else { return }
        lent -= 1
        if given.isRefused { retire() }
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
