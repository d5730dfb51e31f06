import Base

/// Finds a `FieldName` by its folded bytes in a few dozen instructions.
///
/// A perfect hash over 256 places, filled once: one look decides. A name is three words of folded
/// bytes and its length, so a comparison never walks bytes.
enum FieldNameTable {
    /// The folded bytes of a name: its first, middle and last eight, and how many there are.
    struct Key: Sendable {
        var first: UInt64 = 0
        var middle: UInt64 = 0
        var last: UInt64 = 0
        /// 0 for a name that is too long to be known.
        var count = 0

        init() {}

        @inline(__always)
        init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
            (first, middle, last) = bytes.foldedWords(range)
            count = range.count
            if count <= 24 { return }
            // The 17th byte of a name of 25 stands in none of the words: it joins the count.
            count = count == 25 ? 25 | Int(bytes[range.lowerBound &+ 16] | 0x20) &<< 8 : 0
        }

        /// One of 256 places, for each known name another: what the factors were chosen for.
        @inline(__always) var place: Int {
            let mixed = (first &+ last &* 3) &* 0x4056_0a08_05e5_7a2d
            return Int(truncatingIfNeeded: mixed &>> 56)
        }

        @inline(__always)
        static func == (lhs: Key, rhs: Key) -> Bool {
            lhs.first == rhs.first && lhs.last == rhs.last && lhs.middle == rhs.middle
                && lhs.count == rhs.count
        }
    }

    private struct Entry: Sendable {
        var key = Key()
        var name = FieldName.other
    }

    private static let entries = makeEntries()

    private static func makeEntries() -> InlineArray<256, Entry> {
        var entries = InlineArray<256, Entry>(repeating: Entry())
        for (name, text) in names {
            var buffer = ByteBuffer()
            buffer.append(text)
            let key = buffer.withReadable { Key($0, 0..<$0.count) }
            precondition(entries[key.place].key.count == 0, "two names share a place")
            entries[key.place] = Entry(key: key, name: name)
        }
        return entries
    }

    /// The name whose key this is; `nil` for any other.
    @inline(__always)
    static func find(_ key: Key) -> FieldName? {
        guard key.count > 0 else { return nil }
        let place = key.place
        return entries[place].key == key ? entries[place].name : nil
    }
}
