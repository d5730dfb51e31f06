import Base

/// The fields that one end sent last, the newest first (RFC 7541 §2.3.2, §4).
///
/// A field is kept as the line that it is in a head. The lines wait in one buffer, the oldest at
/// its head, so that eviction is consumption; what says where they stand is a ring. Neither takes
/// memory before the first field.
struct DynamicTable: ~Copyable {
    private struct Entry {
        /// Where the line stands, counted from the first that ever was.
        var start = 0
        var nameCount: Int32 = 0
        var valueCount: Int32 = 0

        var size: Int { Int(nameCount) &+ Int(valueCount) &+ 32 }
        var lineCount: Int { Int(nameCount) &+ Int(valueCount) &+ 4 }
    }

    /// The sum of the sizes of all fields (§4.1), at most `maximumSize`.
    private(set) var size = 0
    /// The bound in force.
    private(set) var maximumSize: Int
    /// Fields in it.
    private(set) var count = 0
    /// Fields that ever were in it, as far as 32 bits count.
    private(set) var inserted: UInt32 = 0
    private var lines = ByteBuffer()
    /// Bytes of lines that were evicted.
    private var evicted = 0
    /// A power of two of places; a field's is the low bits of its number, the first one's is 1.
    private var ring: [Entry] = []

    init(maximumSize: Int) {
        self.maximumSize = maximumSize
    }

    /// Bytes of memory owned by the lines.
    var allocatedCount: Int { lines.allocatedCount }

    /// Sets the bound, evicting what is beyond it (§4.3).
    mutating func resize(_ maximumSize: Int) {
        self.maximumSize = maximumSize
        evict(to: maximumSize)
    }

    /// Adds a line that stands in `source` as the newest, evicting as many as need be (§4.4).
    ///
    /// One that is larger than the table leaves it empty, and is not in it.
    @inline(__always)
    mutating func insert(_ source: Span<UInt8>, _ line: FieldBlock.Line) {
        guard makeRoom(line.name.count, line.value.count) else { return }
        lines.append(source, line.range)
    }

    /// Adds a field in the same way, with its name in lower case; `false` when it is not in it.
    @inline(__always)
    mutating func insert(
        _ nameBytes: Span<UInt8>,
        _ name: Range<Int>,
        _ valueBytes: Span<UInt8>,
        _ value: Range<Int>
    ) -> Bool {
        guard makeRoom(name.count, value.count) else { return false }
        lines.append(lowercased: nameBytes, name)
        lines.append(": ")
        lines.append(valueBytes, value)
        lines.append("\r\n")
        return true
    }

    /// Lends the line that came `age` fields before the newest, which is one of them.
    @inline(__always)
    borrowing func withLine<Result>(
        _ age: Int,
        _ body: (Span<UInt8>, FieldBlock.Line) -> Result
    ) -> Result {
        precondition(age >= 0 && age < count)
        let entry = ring[place(of: inserted &- UInt32(truncatingIfNeeded: age))]
        let line = FieldBlock.Line(
            start: entry.start &- evicted,
            nameCount: Int(entry.nameCount),
            valueCount: Int(entry.valueCount)
        )
        return lines.withReadable { body($0, line) }
    }

    /// How many fields came after that with `number`; `nil` when it is not there any more.
    @inline(__always)
    borrowing func age(of number: UInt32) -> Int? {
        let age = Int(inserted &- number)
        return age < count ? age : nil
    }

    @inline(__always)
    private mutating func makeRoom(_ nameCount: Int, _ valueCount: Int) -> Bool {
        let entry = Entry(
            start: evicted &+ lines.readableCount,
            nameCount: Int32(truncatingIfNeeded: nameCount),
            valueCount: Int32(truncatingIfNeeded: valueCount)
        )
        evict(to: maximumSize &- entry.size)
        guard entry.size <= maximumSize else { return false }
        if count == ring.count { grow() }
        inserted &+= 1
        ring[place(of: inserted)] = entry
        count &+= 1
        size &+= entry.size
        return true
    }

    /// Evicts the oldest until the rest is no larger than `limit`, or nothing is left.
    @inline(__always)
    private mutating func evict(to limit: Int) {
        while size > limit, count > 0 {
            let oldest = ring[place(of: inserted &- UInt32(truncatingIfNeeded: count &- 1))]
            lines.consume(oldest.lineCount)
            evicted &+= oldest.lineCount
            size &-= oldest.size
            count &-= 1
        }
    }

    private mutating func grow() {
        var wider = [Entry](repeating: Entry(), count: max(16, ring.count * 2))
        for age in 0..<count {
            let number = inserted &- UInt32(truncatingIfNeeded: age)
            wider[Int(number) & (wider.count - 1)] = ring[place(of: number)]
        }
        ring = wider
    }

    @inline(__always)
    private borrowing func place(of number: UInt32) -> Int {
        Int(number) & (ring.count &- 1)
    }
}
