import Base

/// Numbers (JSON5 §6): signs, hexadecimal, bare decimal points, `Infinity` and `NaN`.
extension JSON5Reader {
    /// Whether a number may begin with `byte`, as far as one byte can tell.
    static func beginsNumber(_ byte: UInt8) -> Bool {
        ASCII.isDigit(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "I") || byte == UInt8(ascii: "N")
    }

    /// The number at the cursor; a decimal beyond the range of `Double` is infinite.
    mutating func readNumber() throws(JSON5Problem) -> Double {
        let start = cursor.position
        let isNegative = cursor.current == UInt8(ascii: "-")
        if isNegative || cursor.current == UInt8(ascii: "+") { cursor.advance() }
        let magnitude = try readMagnitude(from: start)
        if let next = cursor.scalar?.value, JSON5Reader.runsOn(next) {
            throw problem(.malformedNumber, at: start)
        }
        return isNegative ? -magnitude : magnitude
    }

    private mutating func readMagnitude(from start: TextPosition) throws(JSON5Problem) -> Double {
        if cursor.take("Infinity") { return .infinity }
        if cursor.take("NaN") { return .nan }
        if cursor.take("0x") || cursor.take("0X") { return try readHexadecimal(from: start) }
        let begin = cursor.index
        let hasLeadingZero = cursor.current == UInt8(ascii: "0")
        let whole = skipDigits()
        if hasLeadingZero, whole > 1 { throw problem(.malformedNumber, at: start) }
        var text = cursor.text(from: begin)
        if whole == 0 { text = "0" }
        if cursor.take(UInt8(ascii: ".")) {
            let point = cursor.index
            let fraction = skipDigits()
            guard whole + fraction > 0 else { throw problem(.malformedNumber, at: start) }
            text += "." + (fraction > 0 ? cursor.text(from: point) : "0")
        } else if whole == 0 {
            throw problem(.malformedNumber, at: start)
        }
        text += try readExponent(from: start)
        guard let number = Double(text) else { throw problem(.malformedNumber, at: start) }
        return number
    }

    private mutating func readExponent(from start: TextPosition) throws(JSON5Problem) -> String {
        guard cursor.current == UInt8(ascii: "e") || cursor.current == UInt8(ascii: "E") else {
            return ""
        }
        let begin = cursor.index
        cursor.advance()
        if cursor.current == UInt8(ascii: "+") || cursor.current == UInt8(ascii: "-") {
            cursor.advance()
        }
        guard skipDigits() > 0 else { throw problem(.malformedNumber, at: start) }
        return cursor.text(from: begin)
    }

    private mutating func readHexadecimal(from start: TextPosition) throws(JSON5Problem) -> Double {
        var number = 0.0
        var digits = 0
        while let byte = cursor.current, let digit = ASCII.hexValue(byte) {
            number = number * 16 + Double(digit)
            digits += 1
            cursor.advance()
        }
        guard digits > 0 else { throw problem(.malformedNumber, at: start) }
        return number
    }

    private mutating func skipDigits() -> Int {
        var count = 0
        while let byte = cursor.current, ASCII.isDigit(byte) {
            count += 1
            cursor.advance()
        }
        return count
    }

    /// Whether `value` right behind a number shows that it was none, as in `5s` or `1.2.3`.
    private static func runsOn(_ value: Unicode.Scalar) -> Bool {
        value == "." || beginsIdentifier(value) || value.properties.isIDContinue
    }
}
