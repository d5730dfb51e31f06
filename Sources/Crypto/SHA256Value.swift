/// A SHA-256 digest as four words: copied, compared and looked up without an allocation.
package struct SHA256Value: Sendable, Hashable {
    /// The bytes in memory order, eight to a word.
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    init() {}

    /// The digest whose 32 bytes are given; `nil` for any other count.
    package init?(_ bytes: Span<UInt8>) {
        guard bytes.count == 32 else { return nil }
        words = (
            Self.word(bytes, 0), Self.word(bytes, 8), Self.word(bytes, 16), Self.word(bytes, 24)
        )
    }

    /// Eight of its bytes as a number: evenly spread, so a table needs no further hashing.
    package var bucket: UInt64 { words.0 }

    /// The 32 bytes.
    package var bytes: [UInt8] {
        [words.0, words.1, words.2, words.3].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> (UInt64($0) * 8)) }
        }
    }

    /// Compares all four words always, whatever the first ones say.
    package static func == (lhs: SHA256Value, rhs: SHA256Value) -> Bool {
        (lhs.words.0 ^ rhs.words.0) | (lhs.words.1 ^ rhs.words.1)
            | (lhs.words.2 ^ rhs.words.2) | (lhs.words.3 ^ rhs.words.3) == 0
    }

    /// Feeds eight of its bytes, which are random enough for any table.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
    }

    private static func word(_ bytes: Span<UInt8>, _ start: Int) -> UInt64 {
        (0..<8).reduce(0) { $0 | UInt64(bytes[start + $1]) << UInt64($1 * 8) }
    }
}
