import Base

/// The grammar of JSON strings (RFC 8259 §7), and what an escaped one says.
package enum JSONString {
    /// Where the quote that ends the string stands; `nil` when the string is malformed.
    static func end(_ bytes: Span<UInt8>, _ start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""): return index
            case UInt8(ascii: "\\"):
                let length = escapeLength(bytes, index)
                guard length > 0 else { return nil }
                index += length
            case 0..<32: return nil
            case 32..<0x80: index += 1
            default:
                let length = UTF8Character.length(bytes, index)
                guard length > 0 else { return nil }
                index += length
            }
        }
        return nil
    }

    /// The text of a string that `JSONScanner` returned; a lone surrogate becomes U+FFFD.
    package static func decode(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
        var units: [UInt8] = []
        units.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            guard bytes[index] == UInt8(ascii: "\\") else {
                units.append(bytes[index])
                index += 1
                continue
            }
            appendEscape(bytes, &index, to: &units)
        }
        return String(decoding: units, as: UTF8.self)
    }

    /// Whether the string in `range` says exactly `text`, however it is escaped.
    package static func equals(
        _ text: StaticString,
        _ bytes: Span<UInt8>,
        _ range: Range<Int>
    ) -> Bool {
        if bytes.equals(text, range) { return true }
        let hasEscape = range.contains { bytes[$0] == UInt8(ascii: "\\") }
        return hasEscape && decode(bytes, range) == "\(text)"
    }

    private static func appendEscape(
        _ bytes: Span<UInt8>,
        _ index: inout Int,
        to units: inout [UInt8]
    ) {
        let letter = bytes[index + 1]
        guard letter == UInt8(ascii: "u") else {
            units.append(plain(letter))
            index += 2
            return
        }
        let scalar = scalar(bytes, &index)
        let text = Unicode.Scalar(scalar).map { String(Character($0)) } ?? "\u{fffd}"
        units.append(contentsOf: text.utf8)
    }

    /// The scalar that one `\u`, or a pair of them, stands for.
    private static func scalar(_ bytes: Span<UInt8>, _ index: inout Int) -> UInt32 {
        let first = unit(bytes, index)
        index += 6
        let isPairBegun = first & 0xfc00 == 0xd800
        guard isPairBegun, escapeLength(bytes, index) == 6 else { return first }
        let second = unit(bytes, index)
        guard second & 0xfc00 == 0xdc00 else { return first }
        index += 6
        return 0x10000 + (first & 0x3ff) << 10 + second & 0x3ff
    }

    private static func unit(_ bytes: Span<UInt8>, _ index: Int) -> UInt32 {
        var unit: UInt32 = 0
        for place in index + 2..<index + 6 {
            unit = unit << 4 | UInt32(ASCII.hexValue(bytes[place]) ?? 0)
        }
        return unit
    }

    private static func plain(_ letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "b"): 8
        case UInt8(ascii: "f"): 12
        case UInt8(ascii: "n"): 10
        case UInt8(ascii: "r"): 13
        case UInt8(ascii: "t"): 9
        default: letter
        }
    }

    /// Bytes of the escape that begins with the backslash at `index`; 0 when there is none.
    private static func escapeLength(_ bytes: Span<UInt8>, _ index: Int) -> Int {
        guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\") else { return 0 }
        switch bytes[index + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return 2
        case UInt8(ascii: "u"):
            guard index + 5 < bytes.count else { return 0 }
            for place in index + 2..<index + 6 where ASCII.hexValue(bytes[place]) == nil {
                return 0
            }
            return 6
        default: return 0
        }
    }
}
