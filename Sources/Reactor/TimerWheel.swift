package import Base

/// Names one timer of a `TimerWheel`.
package struct TimerID: Hashable, Sendable {
    fileprivate let index: UInt32
}

/// Many deadlines, each set, moved and dropped at constant cost.
///
/// Time is cut into ticks of 1 ms. The first level has a slot for each of 256 ticks, every level
/// above 64 slots, each as wide as the whole level below. A timer stands on the level of the
/// highest digit in which its tick differs from the current one, so all timers of a level are due
/// before those of the next, and the first occupied slot in order is always the earliest. When
/// the current tick reaches a slot of an upper level, its timers move down.
///
/// A timer is never told early, and late by less than a tick.
package struct TimerWheel: ~Copyable {
    /// 24 bytes: links to neighbours in its slot's list, the tick, and the owner's word.
    private struct Entry {
        var next = TimerWheel.none
        var previous = TimerWheel.unscheduled
        var tick: UInt64 = 0
        var data: UInt64
    }

    private static let none = UInt32.max
    private static let unscheduled = UInt32.max - 1
    private static let freed = UInt32.max - 2
    /// Marks a `previous` that names a slot: the entry is the first of that slot's list.
    private static let slotMark: UInt32 = 1 << 31
    private static let firstLevelBits = 8
    private static let levelBits = 6
    /// Seven upper levels reach 2^50 ticks: more than any `Instant` can say.
    private static let slotCount = 256 + 7 * 64

    private var entries: [Entry] = []
    /// First entry of the list of entries given back, linked by `next`.
    private var firstFree = none
    private var slots = [UInt32](repeating: none, count: slotCount)
    /// One bit per slot, set while its list is not empty.
    private var occupied = InlineArray<11, UInt64>(repeating: 0)
    private var current: UInt64

    /// Timers scheduled now.
    package private(set) var scheduledCount = 0

    package init(now: Instant) {
        current = Self.tickBefore(now)
    }

    /// Makes a timer that is not scheduled; `data` is what `advance` tells when it is due.
    package mutating func makeTimer(data: UInt64) -> TimerID {
        if firstFree != Self.none {
            let index = firstFree
            firstFree = entries[Int(index)].next
            entries[Int(index)] = Entry(data: data)
            return TimerID(index: index)
        }
        precondition(entries.count < Int(Self.slotMark), "too many timers")
        entries.append(Entry(data: data))
        return TimerID(index: UInt32(entries.count - 1))
    }

    /// Sets or moves the deadline; one that has passed is due at the next `advance`.
    ///
    /// `Instant.distantFuture` is never reached, so it cancels.
    package mutating func schedule(_ timer: TimerID, at deadline: Instant) {
        cancel(timer)
        guard deadline < .distantFuture else { return }
        entries[Int(timer.index)].tick = max(current, Self.tickAfter(deadline))
        link(timer.index)
        scheduledCount += 1
    }

    /// Drops the deadline, if there is one; the timer can be scheduled again.
    package mutating func cancel(_ timer: TimerID) {
        let previous = entries[Int(timer.index)].previous
        precondition(previous != Self.freed, "this timer was given back")
        guard previous != Self.unscheduled else { return }
        unlink(timer.index)
        scheduledCount -= 1
    }

    /// Gives the timer back; its name may be given to another.
    package mutating func free(_ timer: TimerID) {
        cancel(timer)
        entries[Int(timer.index)].previous = Self.freed
        entries[Int(timer.index)].next = firstFree
        firstFree = timer.index
    }

    /// Appends the words of all timers due by `now`, which are then no longer scheduled.
    ///
    /// Earlier ticks come first; within one tick there is no promised order.
    package mutating func advance(to now: Instant, due: inout [UInt64]) {
        let target = Self.tickBefore(now)
        guard target >= current else { return }
        while let slot = firstOccupied() {
            let start = startOf(slot)
            guard start <= target else { break }
            current = max(current, start)
            if slot < 256 {
                expire(slot, into: &due)
            } else {
                cascade(slot)
            }
        }
        current = target
    }

    /// When to call `advance` next: never after the earliest deadline, `nil` when there is none.
    ///
    /// For a far deadline it may be earlier, once per level, to let timers move down.
    package var nextDeadline: Instant? {
        guard let slot = firstOccupied() else { return nil }
        let (nanoseconds, overflow) = max(current, startOf(slot))
            .multipliedReportingOverflow(by: Self.tickLength)
        return Instant(nanoseconds: overflow ? .max : nanoseconds)
    }

    private mutating func link(_ index: UInt32) {
        let slot = slotOf(entries[Int(index)].tick)
        let next = slots[slot]
        entries[Int(index)].next = next
        entries[Int(index)].previous = UInt32(slot) | Self.slotMark
        if next != Self.none { entries[Int(next)].previous = index }
        slots[slot] = index
        occupied[slot >> 6] |= 1 << UInt64(slot & 63)
    }

    private mutating func unlink(_ index: UInt32) {
        let entry = entries[Int(index)]
        if entry.next != Self.none { entries[Int(entry.next)].previous = entry.previous }
        if entry.previous & Self.slotMark == 0 {
            entries[Int(entry.previous)].next = entry.next
        } else {
            let slot = Int(entry.previous & ~Self.slotMark)
            slots[slot] = entry.next
            if entry.next == Self.none { clear(slot) }
        }
        entries[Int(index)].previous = Self.unscheduled
    }

    private mutating func expire(_ slot: Int, into due: inout [UInt64]) {
        var index = take(slot)
        while index != Self.none {
            let next = entries[Int(index)].next
            entries[Int(index)].previous = Self.unscheduled
            due.append(entries[Int(index)].data)
            scheduledCount -= 1
            index = next
        }
    }

    private mutating func cascade(_ slot: Int) {
        var index = take(slot)
        while index != Self.none {
            let next = entries[Int(index)].next
            link(index)
            index = next
        }
    }

    private mutating func take(_ slot: Int) -> UInt32 {
        let first = slots[slot]
        slots[slot] = Self.none
        clear(slot)
        return first
    }

    private mutating func clear(_ slot: Int) {
        occupied[slot >> 6] &= ~(1 << UInt64(slot & 63))
    }

    private static let tickLength: UInt64 = 1_000_000

    private static func tickBefore(_ instant: Instant) -> UInt64 {
        instant.nanoseconds / tickLength
    }

    private static func tickAfter(_ instant: Instant) -> UInt64 {
        let whole = instant.nanoseconds / tickLength
        return instant.nanoseconds % tickLength == 0 ? whole : whole + 1
    }

    /// Where a timer for `tick` stands while `current` is the time; `tick` is not before it.
    private func slotOf(_ tick: UInt64) -> Int {
        let difference = tick ^ current
        let highestBit = UInt64.bitWidth - 1 - (difference | 1).leadingZeroBitCount
        if highestBit < Self.firstLevelBits { return Int(tick & 255) }
        let level = (highestBit - Self.firstLevelBits) / Self.levelBits
        let shift = UInt64(Self.firstLevelBits + level * Self.levelBits)
        return 256 + level * 64 + Int(tick >> shift & 63)
    }

    /// The first tick of `slot`, seen from the current one.
    private func startOf(_ slot: Int) -> UInt64 {
        if slot < 256 { return current & ~255 | UInt64(slot) }
        let level = (slot - 256) >> 6
        let shift = UInt64(Self.firstLevelBits + level * Self.levelBits)
        let above = (current >> shift) & ~63
        return (above | UInt64(slot & 63)) << shift
    }

    private func firstOccupied() -> Int? {
        for word in 0..<11 where occupied[word] != 0 {
            return word << 6 | occupied[word].trailingZeroBitCount
        }
        return nil
    }
}
