import Base

/// The grammar of JSON numbers (RFC 8259 §6).
enum JSONNumber {
    /// Where the number that starts at `start` ends; `nil` when it is malformed.
    static func end(_ bytes: Span<UInt8>, _ start: Int) -> Int? {
        var index = start
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        let whole = index
        index = digitsEnd(bytes, index)
        guard index > whole else { return nil }
        // A leading zero stands alone.
        if bytes[whole] == UInt8(ascii: "0"), index > whole + 1 { return nil }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            let fraction = index + 1
            index = digitsEnd(bytes, fraction)
            guard index > fraction else { return nil }
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            let hasSign =
                index < bytes.count
                && (bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-"))
            if hasSign { index += 1 }
            let exponent = index
            index = digitsEnd(bytes, exponent)
            guard index > exponent else { return nil }
        }
        return index
    }

    private static func digitsEnd(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        var index = start
        while index < bytes.count, ASCII.isDigit(bytes[index]) { index += 1 }
        return index
    }
}
