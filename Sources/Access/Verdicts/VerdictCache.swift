package import Crypto

/// What one worker knows about credentials that it has judged before.
///
/// Four places to a bucket, bounded; a full bucket gives up what is expired, then what was
/// refused, then its oldest. It begins with no memory and doubles until its bound.
package struct VerdictCache: ~Copyable {
    /// A verdict that is worth remembering.
    package enum Verdict: Sendable {
        case accepted(Principal)
        case refused
    }

    private struct Entry {
        var hash: SHA256Value
        var principal: Principal?
        /// Unix seconds from which it counts no more.
        var validUntil: Int64
        /// When it was made, by a counter that may wrap.
        var order: UInt32
    }

    private static let places = 4

    /// Entries at most; a power of two.
    private let bound: Int
    private var entries: [Entry?] = []
    private var order: UInt32 = 0
    private var stamp: UInt64 = 0

    /// Room for `bound` verdicts, rounded up to a power of two.
    package init(bound: Int = 4_096) {
        var rounded = 16
        while rounded < bound { rounded *= 2 }
        self.bound = rounded
    }

    /// Entries that could be held without more memory.
    package var capacity: Int { entries.count }

    /// Forgets everything unless `stamp` is the one of the last call.
    ///
    /// A stamp stands for the keys by which verdicts were found.
    package mutating func use(stamp: UInt64) {
        guard stamp != self.stamp else { return }
        self.stamp = stamp
        entries.removeAll(keepingCapacity: false)
    }

    /// What was found about this credential, while it counts.
    package func find(_ hash: SHA256Value, nowUnix: Int64) -> Verdict? {
        guard !entries.isEmpty else { return nil }
        let first = bucket(hash)
        for place in first..<first + Self.places {
            guard let entry = entries[place], entry.hash == hash else { continue }
            guard nowUnix < entry.validUntil else { return nil }
            return entry.principal.map { .accepted($0) } ?? .refused
        }
        return nil
    }

    /// Remembers a verdict until `validUntil`, Unix seconds; a refusal never displaces a caller.
    package mutating func insert(
        _ hash: SHA256Value,
        _ verdict: Verdict,
        validUntil: Int64,
        nowUnix: Int64
    ) {
        guard validUntil > nowUnix else { return }
        var principal: Principal?
        if case .accepted(let accepted) = verdict { principal = accepted }
        if entries.isEmpty { entries = [Entry?](repeating: nil, count: 16) }
        while true {
            let place = place(for: hash, nowUnix)
            let isTaken = place.map { isGood(entries[$0], hash, nowUnix) } ?? true
            if isTaken, entries.count < bound {
                grow()
                continue
            }
            guard let place, !isTaken || principal != nil else { return }
            order &+= 1
            entries[place] = Entry(
                hash: hash,
                principal: principal,
                validUntil: validUntil,
                order: order
            )
            return
        }
    }

    /// Whether an accepted verdict about another credential would be lost.
    private func isGood(_ entry: Entry?, _ hash: SHA256Value, _ nowUnix: Int64) -> Bool {
        guard let entry, entry.hash != hash, entry.principal != nil else { return false }
        return nowUnix < entry.validUntil
    }

    /// Its own place, or an empty one, or the one that is missed least.
    private func place(for hash: SHA256Value, _ nowUnix: Int64) -> Int? {
        let first = bucket(hash)
        var best: (place: Int, worth: UInt64)?
        for place in first..<first + Self.places {
            guard let entry = entries[place] else {
                best = best.flatMap { $0.worth == 0 ? $0 : nil } ?? (place, 0)
                continue
            }
            if entry.hash == hash { return place }
            let age = UInt64(order &- entry.order)
            let youth = UInt64(UInt32.max) - age
            let rank: UInt64 = nowUnix >= entry.validUntil ? 1 : entry.principal == nil ? 2 : 3
            let worth = rank << 32 | youth
            if best.map({ worth < $0.worth }) ?? true { best = (place, worth) }
        }
        return best?.place
    }

    private func bucket(_ hash: SHA256Value) -> Int {
        Int(truncatingIfNeeded: hash.bucket) & (entries.count / Self.places - 1) * Self.places
    }

    /// Doubles the room: every bucket is split in two, so that nothing is lost.
    private mutating func grow() {
        let old = entries
        entries = [Entry?](repeating: nil, count: old.count * 2)
        for entry in old {
            guard let entry else { continue }
            let first = bucket(entry.hash)
            for place in first..<first + Self.places where entries[place] == nil {
                entries[place] = entry
                break
            }
        }
    }
}
