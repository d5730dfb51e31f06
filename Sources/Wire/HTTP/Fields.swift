import Base

/// The bytes of a head and where its field lines stand in them.
///
/// Holds the start line too, so that one block of memory serves a whole head and is reused for
/// the next. A head is bounded far below 4 GiB, so 32 bits hold every offset.
package struct Fields: Sendable {
    /// The head as it came, from the start line to the empty line.
    ///
    /// After `reset` those of the head before, until the next overwrites them: nothing refers to
    /// them then.
    package internal(set) var bytes: [UInt8] = []
    /// The names of the lines that are not dropped.
    package private(set) var names = FieldNameSet()
    /// The names of all lines that came, dropped or not.
    package private(set) var namesThatCame = FieldNameSet()
    /// The names that came on more than one line, so that for all others the first is the only.
    private var repeated = FieldNameSet()
    /// Whether a line is left out.
    private(set) var hasDropped = false
    /// The lines, behind which those of longer heads may remain: shrinking costs more than both.
    private var table: [FieldLine] = []
    private(set) var lineCount = 0

    package init() {}

    /// The lines in the order in which they came, dropped ones too.
    package var lines: ArraySlice<FieldLine> { table[..<lineCount] }

    /// From the first line to behind the last; lines follow one another without a gap.
    var section: Range<Int>? {
        guard lineCount > 0 else { return nil }
        return table[0].lineRange.lowerBound..<table[lineCount &- 1].lineRange.upperBound
    }

    /// The value of the first line named `name` that is not dropped.
    package func first(_ name: FieldName) -> Range<Int>? {
        guard names.contains(name) else { return nil }
        let table = table.span
        var index = 0
        while index < lineCount {
            let line = table[index]
            if line.name == name, !line.isDropped { return line.valueRange }
            index &+= 1
        }
        return nil
    }

    /// The value of the first line named `name`, even of one that is dropped.
    package func firstThatCame(_ name: FieldName) -> Range<Int>? {
        guard namesThatCame.contains(name) else { return nil }
        return lines.first { $0.name == name }?.valueRange
    }

    /// Whether a line named `name` stands here and is not dropped.
    package func contains(_ name: FieldName) -> Bool { names.contains(name) }

    /// Whether a line with one of these names stands here and is not dropped.
    package func containsAny(of some: FieldNameSet) -> Bool { names.intersects(some) }

    /// How many lines named `name` are not dropped.
    package func count(of name: FieldName) -> Int {
        guard names.contains(name) else { return 0 }
        if !repeated.contains(name) { return 1 }
        return lines.count { $0.name == name && !$0.isDropped }
    }

    /// Whether exactly one line named `name` stands here and is not dropped.
    package func hasOne(_ name: FieldName) -> Bool { count(of: name) == 1 }

    /// Leaves out every line named `name` when the head is forwarded.
    package mutating func drop(_ name: FieldName) {
        drop(names.intersection(name))
    }

    /// Leaves out every line with one of these names when the head is forwarded.
    package mutating func drop(_ unwanted: FieldNameSet) {
        guard names.intersects(unwanted) else { return }
        names.subtract(unwanted)
        hasDropped = true
        for index in 0..<lineCount where unwanted.contains(table[index].name) {
            table[index].isDropped = true
        }
    }

    /// Leaves out every line that `isUnwanted` says.
    package mutating func drop(where isUnwanted: (FieldLine, Span<UInt8>) -> Bool) {
        names = FieldNameSet()
        for index in 0..<lineCount {
            if isUnwanted(table[index], bytes.span) {
                table[index].isDropped = true
                hasDropped = true
            }
            if !table[index].isDropped { names.insert(table[index].name) }
        }
    }

    /// Leaves out every line whose name is the token in `range` of the head, in any case.
    package mutating func dropNamed(_ range: Range<Int>) {
        let name = FieldName(bytes.span, range)
        let isListed = name != .other && name != .outriderOther
        if isListed { return drop(name) }
        guard names.contains(name) else { return }
        drop { line, bytes in
            line.name == name && bytes.equalsIgnoringCase(range, bytes, line.nameRange)
        }
    }

    /// Hands every value of `name` that is not dropped to `body`, in order.
    package func forEachValue(of name: FieldName, _ body: (Span<UInt8>, Range<Int>) -> Void) {
        guard names.contains(name) else { return }
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
        names = FieldNameSet()
        namesThatCame = FieldNameSet()
        repeated = FieldNameSet()
        hasDropped = false
        lineCount = 0
    }

    @inline(__always)
    mutating func append(_ line: FieldLine) {
        if lineCount < table.count { table[lineCount] = line } else { table.append(line) }
        lineCount &+= 1
        if namesThatCame.contains(line.name) { repeated.insert(line.name) }
        namesThatCame.insert(line.name)
        if line.isDropped { hasDropped = true } else { names.insert(line.name) }
    }
}
