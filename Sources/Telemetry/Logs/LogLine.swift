package import Base

/// One line for standard error: `outrider: message`.
package enum LogLine {
    /// Appends `message` as one line; control characters, which could forge a second line, become `?`.
    package static func append(_ message: String, to output: inout ByteBuffer) {
        output.append("outrider: ")
        for byte in message.utf8 {
            output.append(byte < 0x20 || byte == 0x7f ? UInt8(ascii: "?") : byte)
        }
        output.append(UInt8(ascii: "\n"))
    }
}
