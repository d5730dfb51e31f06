import Base

/// Finds a `FieldName` by its folded bytes in a few dozen instructions.
///
/// Open addressing over 256 places, filled once. A name is three words of folded bytes and its
/// length, so a comparison never walks bytes.
struct FieldNameTable: Sendable {
    /// The folded bytes of a name: its first, middle and last eight, and how many there are.
    struct Key: Sendable, Hashable {
        var first: UInt64 = 0
        var middle: UInt64 = 0
        var last: UInt64 = 0
        var count = 0

        @inline(__always)
        init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
            count = range.count
            if count <= 8 {
                first = bytes.foldedWord(range)
                return
            }
            first = bytes.foldedWord(range.lowerBound..<range.lowerBound + 8)
            last = bytes.foldedWord(range.upperBound - 8..<range.upperBound)
            if count <= 16 { return }
            middle = bytes.foldedWord(range.lowerBound + 8..<range.lowerBound + 16)
            if count <= 24 { return }
            // The 17th byte of a name of 25 stands in none of the words: it joins the count.
            let isLongest = count == 25
            count = isLongest ? 25 + Int(bytes[range.lowerBound + 16] | 0x20) << 8 : 0
        }

        var place: Int {
            let mixed = (first ^ last &* 0x9e37_79b9) &* 0x9e37_79b9_7f4a_7c15
            return Int(truncatingIfNeeded: mixed >> 56)
        }
    }

    static let shared = FieldNameTable()

    private var keys: [Key?]
    private var values: [FieldName]

    private init() {
        keys = Array(repeating: nil, count: 256)
        values = Array(repeating: .other, count: 256)
        for (name, text) in Self.names {
            var buffer = ByteBuffer()
            buffer.append(text)
            let key = buffer.withReadable { Key($0, 0..<$0.count) }
            var place = key.place
            while keys[place] != nil { place = (place + 1) & 255 }
            keys[place] = key
            values[place] = name
        }
    }

    func find(_ key: Key) -> FieldName? {
        guard key.count > 0 else { return nil }
        var place = key.place
        while let candidate = keys[place] {
            if candidate == key { return values[place] }
            place = (place + 1) & 255
        }
        return nil
    }
}
