/// The open streams of a connection, found by their number; slots are used again.
///
/// The index is open-addressed and at most half full. Numbers of streams follow one another, so
/// the lower bits spread them better than any hash: the first look almost always finds.
struct StreamTable: ~Copyable {
    private var slots: [HTTP2Stream] = []
    private var free: [UInt16] = []
    /// A slot and 1 for each stream, 0 where nothing is; a power of two.
    private var index: [UInt16] = []
    private(set) var count = 0
    /// Streams that another keeps from the place that is theirs.
    private var displaced = 0

    /// The slot of the stream numbered `id`; negative when it is not open.
    func slot(of id: UInt32) -> Int {
        if count == 0 { return -1 }
        let index = index.span
        let slots = slots.span
        let mask = index.count &- 1
        var place = Int(id &>> 1) & mask
        while true {
            let slot = Int(index[place]) &- 1
            if slot < 0 || slots[slot].id == id { return slot }
            place = (place &+ 1) & mask
        }
    }

    /// The stream in `slot`, in place.
    subscript(slot: Int) -> HTTP2Stream {
        _read { yield slots[slot] }
        _modify { yield &slots[slot] }
    }

    /// Adds a stream that is not there yet; its slot.
    mutating func insert(_ stream: HTTP2Stream) -> Int {
        if (count &+ 1) &* 2 > index.count { growIndex() }
        let slot: Int
        if let unused = free.popLast() {
            slot = Int(unused)
            slots[slot] = stream
        } else {
            slot = slots.count
            slots.append(stream)
        }
        count &+= 1
        link(stream.id, slot)
        return slot
    }

    /// Forgets the stream in `slot`, which another may take.
    mutating func remove(_ slot: Int) {
        unlink(slots[slot].id)
        count &-= 1
        free.append(UInt16(truncatingIfNeeded: slot))
    }

    /// Slots of all open streams, for rare sweeps.
    func openSlots() -> [Int] {
        index.compactMap { $0 == 0 ? nil : Int($0) - 1 }
    }

    private mutating func growIndex() {
        let open = openSlots()
        index = Array(repeating: 0, count: max(16, index.count * 2))
        displaced = 0
        for slot in open { link(slots[slot].id, slot) }
    }

    private mutating func link(_ id: UInt32, _ slot: Int) {
        let mask = index.count &- 1
        let home = Int(id &>> 1) & mask
        var place = home
        while index[place] != 0 { place = (place &+ 1) & mask }
        if place != home { displaced &+= 1 }
        index[place] = UInt16(truncatingIfNeeded: slot &+ 1)
    }

    /// Closes the gap that the stream leaves, so that those behind it are still found.
    private mutating func unlink(_ id: UInt32) {
        let mask = index.count &- 1
        let home = Int(id &>> 1) & mask
        var gap = home
        while slots[Int(index[gap]) &- 1].id != id { gap = (gap &+ 1) & mask }
        if gap != home { displaced &-= 1 }
        var place = gap
        // Where nobody is out of place, nobody is looked for behind the gap.
        while displaced > 0 {
            place = (place &+ 1) & mask
            let slot = Int(index[place]) &- 1
            if slot < 0 { break }
            // It may move to the gap unless its own place lies between the gap and where it is.
            let home = Int(slots[slot].id &>> 1) & mask
            if (place &- home) & mask < (place &- gap) & mask { continue }
            index[gap] = index[place]
            if gap == home { displaced &-= 1 }
            gap = place
        }
        index[gap] = 0
    }
}
