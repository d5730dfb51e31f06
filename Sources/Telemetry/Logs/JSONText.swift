import Base

/// Any bytes as a JSON string (RFC 8259 §7), for text that clients chose.
///
/// The result is valid JSON and valid UTF-8 whatever comes in: control bytes are escaped, and
/// what is not UTF-8 becomes U+FFFD, one for each byte that leads nowhere.
enum JSONText {
    /// Appends `bytes` between quotes.
    static func append(_ bytes: Span<UInt8>, to output: inout ByteBuffer) {
        output.append(UInt8(ascii: "\""))
        appendContent(bytes, to: &output)
        output.append(UInt8(ascii: "\""))
    }

    /// Appends `bytes` without quotes around, copying clean runs at once.
    static func appendContent(_ bytes: Span<UInt8>, to output: inout ByteBuffer) {
        var runStart = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte >= 0x20, byte < 0x7f, byte != 0x22, byte != 0x5c {
                index &+= 1
                continue
            }
            let length = byte < 0x80 ? 0 : sequenceLength(bytes, at: index)
            if length > 0 {
                index &+= length
                continue
            }
            output.append(bytes, runStart..<index)
            appendEscape(of: byte, to: &output)
            index &+= 1
            runStart = index
        }
        output.append(bytes, runStart..<index)
    }

    /// Appends text of our own between quotes.
    static func append(_ text: String, to output: inout ByteBuffer) {
        append(Array(text.utf8).span, to: &output)
    }

    private static func appendEscape(of byte: UInt8, to output: inout ByteBuffer) {
        switch byte {
        case UInt8(ascii: "\""): output.append("\\\"")
        case UInt8(ascii: "\\"): output.append("\\\\")
        case 0x0a: output.append("\\n")
        case 0x0d: output.append("\\r")
        case 0x09: output.append("\\t")
        case 0x80...: output.append("\\ufffd")
        default:
            output.append("\\u00")
            output.append(hex: UInt64(byte), digits: 2)
        }
    }

    /// The length of the well-formed UTF-8 sequence of two to four bytes at `index`, or 0.
    ///
    /// The bounds of the second byte exclude overlong forms, surrogates and what is beyond
    /// U+10FFFF (Unicode 15, table 3-7).
    private static func sequenceLength(_ bytes: Span<UInt8>, at index: Int) -> Int {
        let lead = bytes[index]
        let (length, second): (Int, ClosedRange<UInt8>) =
            switch lead {
            case 0xc2...0xdf: (2, 0x80...0xbf)
            case 0xe0: (3, 0xa0...0xbf)
            case 0xed: (3, 0x80...0x9f)
            case 0xe1...0xef: (3, 0x80...0xbf)
            case 0xf0: (4, 0x90...0xbf)
            case 0xf1...0xf3: (4, 0x80...0xbf)
            case 0xf4: (4, 0x80...0x8f)
            default: (0, 0x80...0xbf)
            }
        guard length > 0, index + length <= bytes.count, second.contains(bytes[index + 1]) else {
            return 0
        }
        for offset in 2..<max(2, length) where bytes[index + offset] & 0xc0 != 0x80 { return 0 }
        return length
    }
}
