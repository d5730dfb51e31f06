import Base

/// Decodes one JSON string, byte by byte as it arrives (RFC 8259 §7).
///
/// A lone surrogate becomes U+FFFD. Keeps no more bytes than it is told to; beyond them it only
/// knows that there were more.
struct JSONTextReader: Sendable {
    enum Step: Sendable, Hashable {
        case more
        /// This was the closing quote.
        case end
        case malformed
    }

    /// What the string says so far.
    private(set) var bytes: [UInt8] = []
    private var room = 0
    /// 0 outside of escapes, 1 behind a backslash, 2 to 5 before a digit of `\u`.
    private var escape = 0
    private var unit: UInt32 = 0
    /// The first half of a pair, whose second half may follow.
    private var half: UInt32 = 0

    /// Begins another string, of which `count` bytes are kept.
    mutating func reset(keeping count: Int) {
        bytes.removeAll(keepingCapacity: true)
        room = count
        escape = 0
        half = 0
    }

    /// Takes the next byte behind the opening quote.
    mutating func take(_ byte: UInt8) -> Step {
        switch escape {
        case 0: return takePlain(byte)
        case 1: return takeLetter(byte)
        default: return takeDigit(byte)
        }
    }

    private mutating func takePlain(_ byte: UInt8) -> Step {
        switch byte {
        case UInt8(ascii: "\\"):
            escape = 1
            return .more
        case UInt8(ascii: "\""):
            endHalf()
            return .end
        case 0..<32: return .malformed
        default:
            endHalf()
            append(byte)
            return .more
        }
    }

    private mutating func takeLetter(_ letter: UInt8) -> Step {
        escape = 0
        if letter == UInt8(ascii: "u") {
            escape = 2
            unit = 0
            return .more
        }
        let byte: UInt8
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte = letter
        case UInt8(ascii: "b"): byte = 8
        case UInt8(ascii: "f"): byte = 12
        case UInt8(ascii: "n"): byte = 10
        case UInt8(ascii: "r"): byte = 13
        case UInt8(ascii: "t"): byte = 9
        default: return .malformed
        }
        endHalf()
        append(byte)
        return .more
    }

    private mutating func takeDigit(_ byte: UInt8) -> Step {
        guard let digit = ASCII.hexValue(byte) else { return .malformed }
        unit = unit << 4 | UInt32(digit)
        escape = escape == 5 ? 0 : escape + 1
        if escape == 0 { takeUnit() }
        return .more
    }

    private mutating func takeUnit() {
        if half != 0, unit & 0xfc00 == 0xdc00 {
            append(0x10000 + (half & 0x3ff) << 10 + unit & 0x3ff)
            half = 0
            return
        }
        endHalf()
        if unit & 0xfc00 == 0xd800 {
            half = unit
        } else {
            append(unit)
        }
    }

    private mutating func endHalf() {
        if half != 0 { append(0xfffd as UInt32) }
        half = 0
    }

    private mutating func append(_ scalar: UInt32) {
        let scalar = Unicode.Scalar(scalar) ?? "\u{fffd}"
        for byte in UTF8.encode(scalar).map(Array.init) ?? [] { append(byte) }
    }

    private mutating func append(_ byte: UInt8) {
        if bytes.count < room { bytes.append(byte) }
    }
}
