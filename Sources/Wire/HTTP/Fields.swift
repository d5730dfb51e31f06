import Base

/// One field line of a head: where its parts stand in the head's bytes.
package struct FieldLine: Sendable {
    package let name: FieldName
    /// Whether the line is left out when the head is forwarded.
    package var isDropped = false
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

/// The bytes of a head and where its field lines stand in them.
///
/// Holds the start line too, so that one block of memory serves a whole head and is reused for
/// the next. A head is bounded far below 4 GiB, so 32 bits hold every offset.
package struct Fields: Sendable {
    /// The head as it came, from the start line to the empty line.
    package var bytes: [UInt8] = []
    package var lines: [FieldLine] = []
    /// One bit for each `FieldName` that a line not dropped carries.
    private var presence: UInt64 = 0

    package init() {}

    /// The value of the first line named `name` that is not dropped.
    package func first(_ name: FieldName) -> Range<Int>? {
        guard contains(name) else { return nil }
        for line in lines where line.name == name && !line.isDropped { return line.valueRange }
        return nil
    }

    /// Whether a line named `name` stands here and is not dropped.
    package func contains(_ name: FieldName) -> Bool {
        presence >> UInt64(name.rawValue) & 1 == 1
    }

    /// How many lines named `name` are not dropped.
    package func count(of name: FieldName) -> Int {
        guard contains(name) else { return 0 }
        var count = 0
        for line in lines where line.name == name && !line.isDropped { count += 1 }
        return count
    }

    /// Leaves out every line named `name` when the head is forwarded.
    package mutating func drop(_ name: FieldName) {
        guard contains(name) else { return }
        presence &= ~(1 << UInt64(name.rawValue))
        for index in lines.indices where lines[index].name == name { lines[index].isDropped = true }
    }

    /// Leaves out every line that `isUnwanted` says.
    package mutating func drop(where isUnwanted: (FieldLine, Span<UInt8>) -> Bool) {
        for index in lines.indices where isUnwanted(lines[index], bytes.span) {
            lines[index].isDropped = true
        }
        presence = 0
        for line in lines where !line.isDropped { mark(line.name) }
    }

    /// Leaves out every line whose name is the token in `range` of the head, in any case.
    package mutating func dropNamed(_ range: Range<Int>) {
        let name = FieldName(bytes.span, range)
        let isListed = name != .other && name != .outriderOther
        if isListed { return drop(name) }
        var isLeft = false
        for index in lines.indices where lines[index].name == name && !lines[index].isDropped {
            let candidate = lines[index].nameRange
            let isNamed = bytes.span.equalsIgnoringCase(range, bytes.span, candidate)
            lines[index].isDropped = isNamed
            isLeft = isLeft || !isNamed
        }
        if !isLeft { presence &= ~(1 << UInt64(name.rawValue)) }
    }

    /// Hands every value of `name` that is not dropped to `body`, in order.
    package func forEachValue(of name: FieldName, _ body: (Span<UInt8>, Range<Int>) -> Void) {
        guard contains(name) else { return }
        for line in lines where line.name == name && !line.isDropped {
            body(bytes.span, line.valueRange)
        }
    }

    /// Lends the head's bytes, which every range of this head refers to.
    package func withBytes<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        body(bytes.span)
    }

    /// Whether `range` of the head is `lowercase`, letters compared without case.
    package func equals(_ range: Range<Int>, _ lowercase: StaticString) -> Bool {
        bytes.span.equalsIgnoringCase(lowercase, range)
    }

    /// The bytes in `range` as text, for logs and tests.
    package func text(_ range: Range<Int>) -> String {
        bytes.span.text(range)
    }

    /// Forgets everything and keeps the memory for the next head.
    package mutating func reset() {
        bytes.removeAll(keepingCapacity: true)
        lines.removeAll(keepingCapacity: true)
        presence = 0
    }

    mutating func append(_ line: FieldLine) {
        lines.append(line)
        mark(line.name)
    }

    private mutating func mark(_ name: FieldName) {
        presence |= 1 << UInt64(name.rawValue)
    }
}
