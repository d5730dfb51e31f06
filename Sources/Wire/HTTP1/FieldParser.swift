import Base

/// Reads one field line of a head or a trailer section (RFC 9112 §5).
enum FieldParser {
    /// The line in `line`, which `LineScanner` found, so it holds no control byte but tab.
    ///
    /// `nil` when its name is no token directly followed by a colon: this covers the empty name,
    /// white space before the colon, and obs-fold, whose lines begin with white space (§5.2).
    @inline(__always)
    static func parse(_ input: Span<UInt8>, _ line: Range<Int>) -> FieldLine? {
        let colon = input.firstColon(from: line.lowerBound, to: line.upperBound)
        return parse(input, line, colon: colon)
    }

    /// The same, when it is known where the first colon stands, or that none does.
    @inline(__always)
    static func parse(_ input: Span<UInt8>, _ line: Range<Int>, colon: Int) -> FieldLine? {
        guard colon > line.lowerBound, colon < line.upperBound,
            let name = name(input, line.lowerBound..<colon)
        else { return nil }
        return FieldLine(
            name,
            line: line.lowerBound..<line.upperBound &+ 2,
            nameEnd: colon,
            value: input.trimmed(colon &+ 1..<line.upperBound)
        )
    }

    /// The name before the first colon, unless it is no token; one that is listed is.
    @inline(__always)
    private static func name(_ input: Span<UInt8>, _ range: Range<Int>) -> FieldName? {
        if let name = FieldName.listed(input, range) { return name }
        let end = input.tokenEnd(from: range.lowerBound, to: range.upperBound)
        return end == range.upperBound ? FieldName.unlisted(input, range) : nil
    }
}
