import Base

/// Strings and member names (JSON5 §3 and §5).
extension JSON5Reader {
    /// A quoted string; the cursor stands on its quote.
    mutating func readString() throws(JSON5Problem) -> String {
        let start = cursor.position
        let quote = cursor.current
        cursor.advance()
        var text = String.UnicodeScalarView()
        while let (value, _) = cursor.scalar {
            if cursor.current == quote {
                cursor.advance()
                return String(text)
            }
            switch value {
            case "\\":
                if let escaped = try readEscape(openedAt: start) { text.append(escaped) }
            case "\n", "\r":
                throw problem(.unterminatedString, at: start)
            default:
                text.append(value)
                cursor.advanceScalar()
            }
        }
        throw problem(.unterminatedString, at: start)
    }

    /// A member's name: quoted, or an identifier of ECMAScript 5.1.
    mutating func readName() throws(JSON5Problem) -> String {
        if cursor.current == UInt8(ascii: "\"") || cursor.current == UInt8(ascii: "'") {
            return try readString()
        }
        guard JSON5Reader.beginsIdentifier(cursor.scalar?.value) else {
            throw problem(.unexpected(cursor.found, wanted: "a key or '}'"))
        }
        var name = String.UnicodeScalarView()
        while let (value, _) = cursor.scalar {
            if value == "\\" {
                name.append(try readIdentifierEscape(isFirst: name.isEmpty))
            } else if JSON5Reader.continuesIdentifier(value) {
                name.append(value)
                cursor.advanceScalar()
            } else {
                break
            }
        }
        return String(name)
    }

    /// Whether `value` may open an identifier, a backslash of an escape included.
    static func beginsIdentifier(_ value: Unicode.Scalar?) -> Bool {
        guard let value else { return false }
        return value == "$" || value == "_" || value == "\\" || value.properties.isIDStart
    }

    private static func continuesIdentifier(_ value: Unicode.Scalar) -> Bool {
        value == "$" || value == "\u{200c}" || value == "\u{200d}"
            || value.properties.isIDContinue
    }

    private mutating func readIdentifierEscape(
        isFirst: Bool
    ) throws(JSON5Problem) -> Unicode.Scalar {
        let start = cursor.position
        guard cursor.take("\\u") else { throw problem(.malformedEscape) }
        let value = try readUnicode(at: start)
        let isAllowed =
            isFirst
            ? value != "\\" && JSON5Reader.beginsIdentifier(value)
            : JSON5Reader.continuesIdentifier(value)
        guard isAllowed else { throw problem(.malformedEscape, at: start) }
        return value
    }

    /// What an escape stands for; `nil` for a line continuation, which stands for nothing.
    private mutating func readEscape(
        openedAt opening: TextPosition
    ) throws(JSON5Problem) -> Unicode.Scalar? {
        let start = cursor.position
        cursor.advance()
        guard let (value, _) = cursor.scalar else {
            throw problem(.unterminatedString, at: opening)
        }
        cursor.advanceScalar()
        switch value {
        case "b": return "\u{08}"
        case "f": return "\u{0c}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "v": return "\u{0b}"
        case "x": return Unicode.Scalar(UInt8(truncatingIfNeeded: try readHex(2, at: start)))
        case "u": return try readUnicode(at: start)
        case "\r":
            _ = cursor.take(UInt8(ascii: "\n"))
            return nil
        case "\n", "\u{2028}", "\u{2029}": return nil
        case "0":
            if let next = cursor.current, ASCII.isDigit(next) { fallthrough }
            return "\0"
        case "1"..."9": throw problem(.malformedEscape, at: start)
        default: return value
        }
    }

    /// The scalar of a `\u` escape whose digits come next, both halves of a pair together.
    private mutating func readUnicode(
        at start: TextPosition
    ) throws(JSON5Problem) -> Unicode.Scalar {
        let unit = try readHex(4, at: start)
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard unit < 0xdc00, cursor.take("\\u") else { throw problem(.loneSurrogate, at: start) }
        let low = try readHex(4, at: start)
        guard (0xdc00...0xdfff).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00))
        else { throw problem(.loneSurrogate, at: start) }
        return scalar
    }

    private mutating func readHex(
        _ digits: Int,
        at start: TextPosition
    ) throws(JSON5Problem) -> UInt32 {
        var number: UInt32 = 0
        for _ in 0..<digits {
            guard let byte = cursor.current, let digit = ASCII.hexValue(byte) else {
                throw problem(.malformedEscape, at: start)
            }
            number = number << 4 | UInt32(digit)
            cursor.advance()
        }
        return number
    }
}
