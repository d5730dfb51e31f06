import Base

/// Reads one field line of a head or a trailer section (RFC 9112 §5).
enum FieldParser {
    /// The line in `line`, which `LineScanner` found, so it holds no control byte but tab.
    ///
    /// `nil` when its name is no token directly followed by a colon: this covers the empty name,
    /// white space before the colon, and obs-fold, whose lines begin with white space (§5.2).
    @inline(__always)
    static func parse(_ input: Span<UInt8>, _ line: Range<Int>) -> FieldLine? {
        let nameEnd = input.tokenEnd(from: line.lowerBound, to: line.upperBound)
        return parse(input, line, nameEnd: nameEnd)
    }

    /// The same, when it is known where the token at the line's start ends.
    @inline(__always)
    static func parse(_ input: Span<UInt8>, _ line: Range<Int>, nameEnd: Int) -> FieldLine? {
        guard nameEnd > line.lowerBound, nameEnd < line.upperBound,
            input[nameEnd] == UInt8(ascii: ":")
        else { return nil }
        return FieldLine(
            FieldName(input, line.lowerBound..<nameEnd),
            line: line.lowerBound..<line.upperBound + 2,
            nameEnd: nameEnd,
            value: input.trimmed(nameEnd + 1..<line.upperBound)
        )
    }
}
