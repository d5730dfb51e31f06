import Base

/// Walks JSON text one token at a time (RFC 8259), without building anything.
///
/// Strict: no comments, no trailing commas, no bare words, well-formed UTF-8 and escapes only.
/// Nesting is bounded; the size is the caller's span. Use it on text that is wholly there.
package struct JSONScanner: Sendable {
    package enum Token: Sendable, Hashable {
        case beginObject
        case endObject
        case beginArray
        case endArray
        /// A member's name, without its quotes and still escaped.
        case key(Range<Int>)
        /// A string, without its quotes and still escaped.
        case string(Range<Int>)
        case number(Range<Int>)
        case bool(Bool)
        case null
        /// The value is over and nothing but white space followed.
        case end
    }

    package enum Failure: Error, Sendable, Hashable, CaseIterable {
        case unexpectedByte
        case unexpectedEnd
        case malformedNumber
        case malformedString
        case tooDeep
    }

    private enum Expectation: UInt8 {
        case value, valueOrEnd, key, keyOrEnd, commaOrEnd, end
    }

    /// Levels of nesting, at most.
    package static let maximumDepth = 64

    /// Where the next token is looked for.
    package private(set) var position: Int
    /// How many objects and arrays are open.
    package private(set) var depth = 0
    /// One bit for each open level, the innermost lowest: whether it is an object.
    private var isObject: UInt64 = 0
    private var expectation = Expectation.value

    package init(from position: Int = 0) {
        self.position = position
    }

    /// The next token; after `end` it is `end` for ever.
    package mutating func next(_ bytes: Span<UInt8>) throws(Failure) -> Token {
        skipBlanks(bytes)
        guard position < bytes.count else {
            if expectation == .end { return .end }
            throw .unexpectedEnd
        }
        let byte = bytes[position]
        switch expectation {
        case .value: return try value(byte, bytes)
        case .valueOrEnd:
            if byte == UInt8(ascii: "]") { return close(.endArray) }
            return try value(byte, bytes)
        case .key: return try key(byte, bytes)
        case .keyOrEnd:
            if byte == UInt8(ascii: "}") { return close(.endObject) }
            return try key(byte, bytes)
        case .commaOrEnd: return try continueOrClose(byte, bytes)
        case .end: throw .unexpectedByte
        }
    }

    /// Passes over the value that comes next, whatever it is.
    package mutating func skipValue(_ bytes: Span<UInt8>) throws(Failure) {
        let outer = depth
        repeat { _ = try next(bytes) } while depth > outer
    }

    private mutating func continueOrClose(
        _ byte: UInt8,
        _ bytes: Span<UInt8>
    ) throws(Failure) -> Token {
        let isInObject = isObject & 1 == 1
        if byte == UInt8(ascii: ",") {
            position += 1
            expectation = isInObject ? .key : .value
            return try next(bytes)
        }
        let closing = isInObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
        guard byte == closing else { throw .unexpectedByte }
        return close(isInObject ? .endObject : .endArray)
    }

    private mutating func value(_ byte: UInt8, _ bytes: Span<UInt8>) throws(Failure) -> Token {
        switch byte {
        case UInt8(ascii: "{"): return try open(.beginObject, isObject: true)
        case UInt8(ascii: "["): return try open(.beginArray, isObject: false)
        case UInt8(ascii: "\""):
            let text = try string(bytes)
            valueEnded()
            return .string(text)
        case UInt8(ascii: "t"): return try word("true", .bool(true), bytes)
        case UInt8(ascii: "f"): return try word("false", .bool(false), bytes)
        case UInt8(ascii: "n"): return try word("null", .null, bytes)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            guard let end = JSONNumber.end(bytes, position) else { throw .malformedNumber }
            let digits = position..<end
            position = end
            valueEnded()
            return .number(digits)
        default: throw .unexpectedByte
        }
    }

    private mutating func key(_ byte: UInt8, _ bytes: Span<UInt8>) throws(Failure) -> Token {
        guard byte == UInt8(ascii: "\"") else { throw .unexpectedByte }
        let name = try string(bytes)
        skipBlanks(bytes)
        guard position < bytes.count else { throw .unexpectedEnd }
        guard bytes[position] == UInt8(ascii: ":") else { throw .unexpectedByte }
        position += 1
        expectation = .value
        return .key(name)
    }

    private mutating func open(_ token: Token, isObject opened: Bool) throws(Failure) -> Token {
        guard depth < Self.maximumDepth else { throw .tooDeep }
        position += 1
        depth += 1
        isObject = isObject << 1 | (opened ? 1 : 0)
        expectation = opened ? .keyOrEnd : .valueOrEnd
        return token
    }

    private mutating func close(_ token: Token) -> Token {
        position += 1
        depth -= 1
        isObject >>= 1
        valueEnded()
        return token
    }

    private mutating func valueEnded() {
        expectation = depth == 0 ? .end : .commaOrEnd
    }

    private mutating func word(
        _ text: StaticString,
        _ token: Token,
        _ bytes: Span<UInt8>
    ) throws(Failure) -> Token {
        let end = position + text.utf8CodeUnitCount
        guard bytes.equals(text, position..<end) else { throw .unexpectedByte }
        position = end
        valueEnded()
        return token
    }

    /// The inside of the string that starts here; leaves the position behind its quote.
    private mutating func string(_ bytes: Span<UInt8>) throws(Failure) -> Range<Int> {
        let start = position + 1
        guard let end = JSONString.end(bytes, start) else { throw .malformedString }
        position = end + 1
        return start..<end
    }

    private mutating func skipBlanks(_ bytes: Span<UInt8>) {
        while position < bytes.count {
            let byte = bytes[position]
            guard byte == 32 || byte == 10 || byte == 13 || byte == 9 else { return }
            position += 1
        }
    }
}
