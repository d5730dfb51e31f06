import Base

/// The `name=value` pairs of a query, escapes decoded and `+` read as a space.
///
/// A broken escape stands for itself: the query is forwarded as it came, and is the model's to
/// judge.
enum QueryPairs {
    /// Whether some pair is named `name` and has a value that fits.
    static func contains(
        _ name: [UInt8],
        _ value: Wildcard,
        in bytes: Span<UInt8>,
        _ query: Range<Int>
    ) -> Bool {
        var rest = query
        while let pair = next(bytes, &rest) {
            guard equals(name, bytes, pair.name) else { continue }
            if isPlain(bytes, pair.value) {
                if value.matches(bytes.extracting(pair.value)) { return true }
            } else {
                let decoded = decode(bytes, pair.value)
                if value.matches(decoded.span) { return true }
            }
        }
        return false
    }

    /// The decoded value of the first pair named `name`.
    static func first(
        _ name: [UInt8],
        in bytes: Span<UInt8>,
        _ query: Range<Int>
    ) -> [UInt8]? {
        var rest = query
        while let pair = next(bytes, &rest) {
            if equals(name, bytes, pair.name) { return decode(bytes, pair.value) }
        }
        return nil
    }

    /// The bytes in `range` decoded.
    static func decode(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
        var output: [UInt8] = []
        var index = range.lowerBound
        while index < range.upperBound {
            output.append(character(bytes, &index, range.upperBound))
        }
        return output
    }

    private static func next(
        _ bytes: Span<UInt8>,
        _ rest: inout Range<Int>
    ) -> (name: Range<Int>, value: Range<Int>)? {
        guard !rest.isEmpty else { return nil }
        var equals: Int?
        var index = rest.lowerBound
        while index < rest.upperBound, bytes[index] != UInt8(ascii: "&") {
            if equals == nil, bytes[index] == UInt8(ascii: "=") { equals = index }
            index += 1
        }
        let start = rest.lowerBound
        rest = min(index + 1, rest.upperBound)..<rest.upperBound
        guard let equals else { return (start..<index, index..<index) }
        return (start..<equals, equals + 1..<index)
    }

    private static func equals(_ name: [UInt8], _ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        for byte in name {
            guard index < range.upperBound, character(bytes, &index, range.upperBound) == byte
            else {
                return false
            }
        }
        return index == range.upperBound
    }

    private static func isPlain(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for index in range
        where bytes[index] == UInt8(ascii: "%") || bytes[index] == UInt8(ascii: "+") {
            return false
        }
        return true
    }

    /// The character that stands at `index`, which moves behind it.
    private static func character(_ bytes: Span<UInt8>, _ index: inout Int, _ end: Int) -> UInt8 {
        let byte = bytes[index]
        index += 1
        if byte == UInt8(ascii: "+") { return UInt8(ascii: " ") }
        guard byte == UInt8(ascii: "%"), index + 1 < end,
            let high = ASCII.hexValue(bytes[index]), let low = ASCII.hexValue(bytes[index + 1])
        else { return byte }
        index += 2
        return high << 4 | low
    }
}
