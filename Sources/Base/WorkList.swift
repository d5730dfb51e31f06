/// Words that wait to be looked at, in order; emptied again and again without giving memory back.
///
/// An array whose `removeAll` costs one store: what is behind `count` is left over and not read.
public struct WorkList: Sendable {
    @usableFromInline var words: [UInt64] = []
    @usableFromInline var used = 0

    public init() {}

    /// Words that wait.
    @inlinable public var count: Int { used }
    @inlinable public var isEmpty: Bool { count == 0 }

    /// The word at `index`, which is below `count`.
    @inlinable public subscript(index: Int) -> UInt64 {
        precondition(index < used, "no such word")
        return words[index]
    }

    /// Adds `word` at the end.
    @inlinable public mutating func append(_ word: UInt64) {
        if used < words.count { words[used] = word } else { words.append(word) }
        used += 1
    }

    /// Forgets all words.
    @inlinable public mutating func removeAll() {
        used = 0
    }
}
