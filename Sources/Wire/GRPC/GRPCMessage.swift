package import Base

/// Messages of gRPC in a body: a flag, a length, the message (gRPC over HTTP/2, "Requests").
package enum GRPCMessage {
    package enum Failure: Error, Sendable, Hashable {
        /// Compressed, which is for those who have said that they understand it.
        case compressed
        /// Longer than the caller takes.
        case tooLarge
        /// The flag is neither of the two that exist.
        case malformed
    }

    /// The flag and four bytes of length.
    package static let prefixSize = 5

    /// Appends `message` with its prefix.
    package static func append(_ message: borrowing ByteBuffer, to output: inout ByteBuffer) {
        output.append(0)
        output.append(bigEndian: UInt32(clamping: message.readableCount))
        output.append(contentsOf: message)
    }

    /// Where the message lies that begins at `start`; `nil` until all of it has come.
    ///
    /// One that is longer than `limit` bytes is refused as soon as it says so.
    package static func range(
        in bytes: Span<UInt8>,
        from start: Int = 0,
        limit: Int
    ) throws(Failure) -> Range<Int>? {
        guard bytes.count - start >= prefixSize else { return nil }
        guard bytes[start] <= 1 else { throw .malformed }
        guard bytes[start] == 0 else { throw .compressed }
        let length = Int(bytes.bigEndian32(at: start + 1))
        guard length <= limit else { throw .tooLarge }
        let begin = start + prefixSize
        guard bytes.count - begin >= length else { return nil }
        return begin..<begin + length
    }
}
