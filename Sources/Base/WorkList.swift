/// Words that wait to be looked at, in order; emptied again and again without giving memory back.
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
