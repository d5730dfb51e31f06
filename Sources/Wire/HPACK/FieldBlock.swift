import Base

/// The field lines that a field block was decoded to (RFC 9113 §4.3), written as in HTTP/1.1.
///
/// Each line reads `name: value` and ends with CRLF, those of pseudo-header fields too. Nothing
/// of it is judged yet: a name or a value may hold any octet. Reused for every block.
package struct FieldBlock: ~Copyable {
    /// One line: where its name and its value stand.
    package struct Line: Sendable {
        private let start: UInt32
        private let nameEnd: UInt32
        private let valueEnd: UInt32

        @inline(__always)
        init(start: Int, nameCount: Int, valueCount: Int) {
            self.start = UInt32(truncatingIfNeeded: start)
            nameEnd = UInt32(truncatingIfNeeded: start &+ nameCount)
            valueEnd = UInt32(truncatingIfNeeded: start &+ nameCount &+ 2 &+ valueCount)
        }

        /// The name's bytes.
        package var name: Range<Int> { Int(start)..<Int(nameEnd) }
        /// The value's bytes.
        package var value: Range<Int> { Int(nameEnd) &+ 2..<Int(valueEnd) }
        /// From the name's first byte past the line's CRLF.
        package var range: Range<Int> { Int(start)..<Int(valueEnd) &+ 2 }
        /// What it counts in a list or in a table (RFC 7541 §4.1, RFC 9113 §6.5.2).
        var size: Int { Int(valueEnd &- start) &+ 30 }
    }

    /// The size of the whole list, kept or not (RFC 9113 §6.5.2).
    package private(set) var size = 0
    /// Whether the list was beyond a bound: then none of it is kept.
    package private(set) var isTooLarge = false
    private(set) var bytes = ByteBuffer()
    /// The lines, behind which those of longer blocks may remain.
    private var table: [Line] = []
    private var lineCount = 0
    private var limit = 0
    private var fieldLimit = 0

    package init() {}

    /// The lines in the order in which they came; none of a list that is too large.
    package var lines: ArraySlice<Line> { table[..<lineCount] }

    /// Lends the bytes that every range of the lines refers to.
    package borrowing func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try bytes.withReadable(body)
    }

    /// Forgets everything and keeps the memory; the next list is bounded by these.
    mutating func begin(limit: Int, fieldLimit: Int) {
        size = 0
        isTooLarge = false
        bytes.clear()
        lineCount = 0
        self.limit = limit
        self.fieldLimit = fieldLimit
    }

    /// Gives the memory back.
    package mutating func release() {
        begin(limit: 0, fieldLimit: 0)
        bytes.release()
        table = []
    }

    /// Appends the line that stands in `source`, whole.
    @inline(__always)
    mutating func append(_ source: Span<UInt8>, _ line: Line) {
        guard count(line.size) else { return }
        let start = bytes.readableCount
        bytes.append(source, line.range)
        keep(Line(start: start, nameCount: line.name.count, valueCount: line.value.count))
    }

    /// Hands the bytes to `write`, which appends a name or a value and says whether it could.
    @inline(__always)
    mutating func write(_ write: (inout ByteBuffer) -> Bool) -> Bool { write(&bytes) }

    /// Ends the line whose name and value were written from `start` on, and lends it to `body`.
    ///
    /// Also one that is not kept: the table must know it.
    @inline(__always)
    mutating func endLine(
        from start: Int,
        nameCount: Int,
        _ body: (Span<UInt8>, Line) -> Void
    ) {
        bytes.append("\r\n")
        let valueCount = bytes.readableCount &- start &- nameCount &- 4
        let line = Line(start: start, nameCount: nameCount, valueCount: valueCount)
        bytes.withReadable { body($0, line) }
        if count(line.size) { keep(line) } else { bytes.clear() }
    }

    @inline(__always)
    private mutating func keep(_ line: Line) {
        if lineCount < table.count { table[lineCount] = line } else { table.append(line) }
        lineCount &+= 1
    }

    /// Counts a line of `lineSize`; `false` when the list is too large to be kept.
    @inline(__always)
    private mutating func count(_ lineSize: Int) -> Bool {
        size &+= lineSize
        if isTooLarge { return false }
        if size <= limit, lineCount < fieldLimit { return true }
        isTooLarge = true
        lineCount = 0
        bytes.clear()
        return false
    }
}
