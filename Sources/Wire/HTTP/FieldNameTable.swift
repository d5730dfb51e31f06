import Base

/// Finds a `FieldName` by its folded bytes in a few dozen instructions.
///
/// Open addressing over 256 places, filled once. A name is three words of folded bytes and its
/// length, so a comparison never walks bytes.
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
            count = range.count
            if count <= 8 {
                first = bytes.foldedWord(range)
                return
            }
            let start = range.lowerBound
            first = bytes.foldedWord(start..<start &+ 8)
            last = bytes.foldedWord(range.upperBound &- 8..<range.upperBound)
            if count <= 16 { return }
            middle = bytes.foldedWord(start &+ 8..<start &+ 16)
            if count <= 24 { return }
            // The 17th byte of a name of 25 stands in none of the words: it joins the count.
            count = count == 25 ? 25 | Int(bytes[start &+ 16] | 0x20) &<< 8 : 0
        }

        @inline(__always) var place: Int {
            let mixed = (first ^ last &* 0x9e37_79b9) &* 0x9e37_79b9_7f4a_7c15
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

    private static func makeEntries() -> [Entry] {
        var entries = Array(repeating: Entry(), count: 256)
        for (name, text) in names {
            var buffer = ByteBuffer()
            buffer.append(text)
            let key = buffer.withReadable { Key($0, 0..<$0.count) }
            var place = key.place
            while entries[place].key.count != 0 { place = (place + 1) & 255 }
            entries[place] = Entry(key: key, name: name)
        }
        return entries
    }

    /// The name whose key this is; `nil` for any other.
    @inline(__always)
    static func find(_ key: Key) -> FieldName? {
        guard key.count > 0 else { return nil }
        let entries = entries.span
        var place = key.place
        while entries[place].key.count != 0 {
            if entries[place].key == key { return entries[place].name }
            place = (place &+ 1) & 255
        }
        return nil
    }
}
