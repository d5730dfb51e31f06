/// One field line of a head: where its parts stand in the head's bytes.
package struct FieldLine: Sendable {
    package let name: FieldName
    /// Whether the line is left out when the head is forwarded.
    package internal(set) var isDropped = false
    private let start: UInt32
    private let nameEnd: UInt32
    private let valueStart: UInt32
    private let valueEnd: UInt32
    private let end: UInt32

    init(_ name: FieldName, line: Range<Int>, nameEnd: Int, value: Range<Int>) {
        self.name = name
        start = UInt32(truncatingIfNeeded: line.lowerBound)
        self.nameEnd = UInt32(truncatingIfNeeded: nameEnd)
        valueStart = UInt32(truncatingIfNeeded: value.lowerBound)
        valueEnd = UInt32(truncatingIfNeeded: value.upperBound)
        end = UInt32(truncatingIfNeeded: line.upperBound)
    }

    /// The name's bytes.
    package var nameRange: Range<Int> { Int(start)..<Int(nameEnd) }
    /// The value's bytes, without the white space around them.
    package var valueRange: Range<Int> { Int(valueStart)..<Int(valueEnd) }
    /// From the name's first byte past the line's CRLF.
    package var lineRange: Range<Int> { Int(start)..<Int(end) }
}
