import Base

/// What may stand between the values: white space and comments (JSON5 §7 and §8).
extension JSON5Reader {
    /// Moves over white space and comments to the next byte that means something.
    mutating func skipBlanks() throws(JSON5Problem) {
        while let byte = cursor.current {
            switch byte {
            case 0x09...0x0d, 0x20:
                cursor.advance()
            case UInt8(ascii: "/"):
                try skipComment()
            case 0x80...:
                guard let value = cursor.scalar?.value, JSON5Reader.isBlank(value) else { return }
                cursor.advanceScalar()
            default:
                return
            }
        }
    }

    private mutating func skipComment() throws(JSON5Problem) {
        let start = cursor.position
        if cursor.take("//") {
            while let scalar = cursor.scalar, !JSON5Reader.isLineEnd(scalar.value) {
                cursor.advanceScalar()
            }
        } else if cursor.take("/*") {
            while !cursor.take("*/") {
                guard cursor.current != nil else { throw problem(.unterminatedComment, at: start) }
                cursor.advance()
            }
        } else {
            throw problem(.unexpected("'/'", wanted: "a value or a comment"))
        }
    }

    /// The four line terminators of JSON5.
    static func isLineEnd(_ value: Unicode.Scalar) -> Bool {
        value == "\n" || value == "\r" || value == "\u{2028}" || value == "\u{2029}"
    }

    private static func isBlank(_ value: Unicode.Scalar) -> Bool {
        isLineEnd(value) || value == "\u{feff}"
            || value.properties.generalCategory == .spaceSeparator
    }
}
