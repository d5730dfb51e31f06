/// Words that wait to be looked at, in order; emptied again and again without giving memory back.
///
/// A stack, too: the last one can be taken.
///
/// Owns raw memory, as `ByteBuffer` does: to add a word asks nobody whether the list is shared.
public struct WorkList: ~Copyable {
    @usableFromInline var words: UnsafeMutablePointer<UInt64>
    @usableFromInline var capacity: Int
    @usableFromInline var used = 0

    public init() {
        capacity = 64
        words = .allocate(capacity: capacity)
    }

    deinit {
        words.deallocate()
    }

    /// Words that wait.
    @inlinable public var count: Int { used }
    @inlinable public var isEmpty: Bool { count == 0 }

    /// The word at `index`, which is below `count`.
    @inlinable public subscript(index: Int) -> UInt64 {
        precondition(index >= 0 && index < used, "no such word")
        return words[index]
    }

    /// Adds `word` at the end.
    @inlinable public mutating func append(_ word: UInt64) {
        if used == capacity { grow() }
        (words + used).initialize(to: word)
        used &+= 1
    }

    /// Takes the word that was added last.
    @inlinable public mutating func popLast() -> UInt64? {
        guard used > 0 else { return nil }
        used &-= 1
        return words[used]
    }

    /// Forgets the first `count` words; the others keep their order.
    public mutating func removeFirst(_ count: Int) {
        precondition(count >= 0 && count <= used, "no such words")
        used -= count
        words.update(from: words + count, count: used)
    }

    /// Forgets the first word that is `word`; `false` when there is none.
    public mutating func remove(_ word: UInt64) -> Bool {
        for index in 0..<used where words[index] == word {
            used -= 1
            (words + index).update(from: words + index + 1, count: used - index)
            return true
        }
        return false
    }

    /// Forgets all words.
    @inlinable public mutating func removeAll() {
        used = 0
    }

    @usableFromInline @inline(never) mutating func grow() {
        let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: words, count: used)
        words.deallocate()
        words = larger
        capacity *= 2
    }
}
