import Base

/// Server-sent events as they are written.
enum EventStream {
    /// Appends one event whose data is `data`, each of its lines as a field of its own.
    static func append(_ data: borrowing ByteBuffer, to output: inout ByteBuffer) {
        data.withReadable { bytes in
            var start = 0
            while true {
                let end = bytes.firstIndex(of: UInt8(ascii: "\n"), from: start) ?? bytes.count
                output.append("data: ")
                output.append(bytes, start..<end)
                output.append("\n")
                guard end < bytes.count else { break }
                start = end + 1
            }
            output.append("\n")
        }
    }
}
