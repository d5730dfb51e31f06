import Base

/// The entries of an admission queue: in order of priority, and of arrival within one.
///
/// Eight linked lists through one array of nodes, and an index by ticket, so that joining,
/// leaving from the middle and taking the next are all one step. Nodes are used again: once the
/// line has been as long as it gets, nothing allocates.
struct WaitingLine: Sendable {
    static let priorityCount = 8

    private struct Node: Sendable {
        var ticket: AdmissionQueue.Ticket
        var expiry: Instant
        var priority: UInt8
        /// In a list; otherwise expired, and kept until its own worker takes it out.
        var isWaiting = true
        var previous = Self.none
        var next = Self.none

        static let none: Int32 = -1
    }

    private struct List: Sendable {
        var first = Node.none
        var last = Node.none
        var count = 0
    }

    /// Entries that wait, those that expired unnoticed among them.
    private(set) var count = 0
    private var lists = [List](repeating: List(), count: priorityCount)
    private var nodes: [Node] = []
    private var free: [Int32] = []
    private var places: [AdmissionQueue.Ticket: Int32] = [:]

    /// Entries that fit without allocating.
    var capacity: Int { nodes.count }

    /// Entries that would be served before a newcomer of this priority.
    func count(before priority: UInt8) -> Int {
        var count = 0
        for level in 0...Int(priority) { count += lists[level].count }
        return count
    }

    /// Adds an entry behind those of its priority.
    mutating func join(_ ticket: AdmissionQueue.Ticket, priority: UInt8, expiry: Instant) {
        let node = Node(ticket: ticket, expiry: expiry, priority: priority)
        let place: Int32
        if let reused = free.popLast() {
            place = reused
            nodes[Int(place)] = node
        } else {
            place = Int32(nodes.count)
            nodes.append(node)
        }
        let former = places.updateValue(place, forKey: ticket)
        precondition(former == nil, "a ticket waits once")
        link(place)
    }

    /// Takes the next entry that is still worth serving; expired ones on the way are set aside.
    mutating func next(now: Instant) -> AdmissionQueue.Ticket? {
        for level in 0..<Self.priorityCount {
            dropExpired(level, now: now)
            let place = lists[level].first
            guard place != Node.none else { continue }
            let ticket = nodes[Int(place)].ticket
            unlink(place)
            discard(place)
            return ticket
        }
        return nil
    }

    /// Sets aside what has expired at the head of each list.
    mutating func dropExpired(now: Instant) {
        for level in 0..<Self.priorityCount { dropExpired(level, now: now) }
    }

    /// Takes an entry out, expired or not; `false` when it is not here.
    mutating func leave(_ ticket: AdmissionQueue.Ticket) -> Bool {
        guard let place = places[ticket] else { return false }
        if nodes[Int(place)].isWaiting { unlink(place) }
        discard(place)
        return true
    }

    private mutating func dropExpired(_ level: Int, now: Instant) {
        while lists[level].first != Node.none {
            let place = lists[level].first
            guard nodes[Int(place)].expiry <= now else { return }
            unlink(place)
            nodes[Int(place)].isWaiting = false
        }
    }

    private mutating func link(_ place: Int32) {
        let level = Int(nodes[Int(place)].priority)
        let last = lists[level].last
        nodes[Int(place)].previous = last
        if last == Node.none {
            lists[level].first = place
        } else {
            nodes[Int(last)].next = place
        }
        lists[level].last = place
        lists[level].count += 1
        count += 1
    }

    private mutating func unlink(_ place: Int32) {
        let node = nodes[Int(place)]
        let level = Int(node.priority)
        if node.previous == Node.none {
            lists[level].first = node.next
        } else {
            nodes[Int(node.previous)].next = node.next
        }
        if node.next == Node.none {
            lists[level].last = node.previous
        } else {
            nodes[Int(node.next)].previous = node.previous
        }
        lists[level].count -= 1
        count -= 1
    }

    private mutating func discard(_ place: Int32) {
        places[nodes[Int(place)].ticket] = nil
        free.append(place)
    }
}
