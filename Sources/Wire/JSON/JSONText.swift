package import Base

/// Strings of JSON text (RFC 8259 §7): escaped on the way out, checked on the way in.
package enum JSONText {
    /// Appends `bytes` as a string in quotes.
    ///
    /// Controls, quotes and backslashes are escaped; bytes that are not UTF-8 become U+FFFD, so
    /// that what is written is always valid.
    package static func append(_ bytes: Span<UInt8>, to output: inout ByteBuffer) {
        output.append(UInt8(ascii: "\""))
        var start = 0
        var index = 0
        while index < bytes.count {
            let length = plainLength(bytes, index)
            if length > 0 {
                index += length
                continue
            }
            output.append(bytes, start..<index)
            appendEscape(bytes[index], to: &output)
            index += 1
            start = index
        }
        output.append(bytes, start..<index)
        output.append(UInt8(ascii: "\""))
    }

    /// How many bytes at `index` form one character that stands for itself; 0 if none do.
    static func plainLength(_ bytes: Span<UInt8>, _ index: Int) -> Int {
        let byte = bytes[index]
        if byte < 0x80 {
            let isPlain =
                byte >= 32 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
                && byte != 0x7f
            return isPlain ? 1 : 0
        }
        return UTF8Character.length(bytes, index)
    }

    private static func appendEscape(_ byte: UInt8, to output: inout ByteBuffer) {
        switch byte {
        case UInt8(ascii: "\""): output.append("\\\"" as StaticString)
        case UInt8(ascii: "\\"): output.append("\\\\" as StaticString)
        case 10: output.append("\\n" as StaticString)
        case 13: output.append("\\r" as StaticString)
        case 9: output.append("\\t" as StaticString)
        case 0x80...: output.append("\\ufffd" as StaticString)
        default:
            output.append("\\u00" as StaticString)
            output.append(hex: UInt64(byte), digits: 2)
        }
    }
}
