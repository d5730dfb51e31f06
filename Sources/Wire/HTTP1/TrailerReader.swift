import Base

/// Collects the trailer section of a chunked body, as strictly as a head (RFC 9112 §7.1.2).
struct TrailerReader: Sendable {
    typealias Failure = BodyDecoder.Failure

    static let maximumBytes = 16_384
    static let maximumLines = 64

    private(set) var fields = Fields()
    private var lineStart = 0

    /// Takes bytes up to the empty line; `true` when it has come.
    mutating func read(_ input: Span<UInt8>, _ index: inout Int) throws(Failure) -> Bool {
        while index < input.count {
            let byte = input[index]
            index += 1
            if fields.bytes.count == Self.maximumBytes { throw .trailersTooLarge }
            fields.bytes.append(byte)
            let count = fields.bytes.count
            let isAfterReturn = count - 1 > lineStart && fields.bytes[count - 2] == 13
            guard isAfterReturn == (byte == 10) else { throw .malformedTrailer }
            if byte == 10, try endLine(count - 2) { return true }
        }
        return false
    }

    private mutating func endLine(_ end: Int) throws(Failure) -> Bool {
        if end == lineStart { return true }
        guard fields.bytes.span.firstControl(from: lineStart) == end,
            var line = FieldParser.parse(fields.bytes.span, lineStart..<end)
        else { throw .malformedTrailer }
        if fields.lines.count == Self.maximumLines { throw .trailersTooLarge }
        line.isDropped = TrailerRules.isForbidden(line, fields.bytes.span)
        fields.append(line)
        lineStart = end + 2
        return false
    }
}
