import Base

/// Frames as they leave (RFC 9113 §6).
extension ByteBuffer {
    /// Appends the nine bytes before a payload of `length` bytes.
    mutating func appendFrame(_ kind: FrameKind, _ flags: UInt8, _ stream: UInt32, length: Int) {
        append(bigEndian: Self.frameStart(kind, flags, stream, length: length))
        append(UInt8(truncatingIfNeeded: stream))
    }

    /// Writes the length of a frame whose header lies at `index`, now that it is known.
    mutating func overwriteFrame(
        at index: Int,
        _ kind: FrameKind,
        _ flags: UInt8,
        _ stream: UInt32,
        length: Int
    ) {
        overwrite(bigEndian: Self.frameStart(kind, flags, stream, length: length), at: index)
    }

    mutating func appendReset(_ stream: UInt32, _ code: HTTP2ErrorCode) {
        appendFrame(.reset, 0, stream, length: 4)
        append(bigEndian: code.rawValue)
    }

    mutating func appendWindowUpdate(_ stream: UInt32, _ increment: Int) {
        appendFrame(.windowUpdate, 0, stream, length: 4)
        append(bigEndian: UInt32(truncatingIfNeeded: increment))
    }

    mutating func appendPing(_ content: UInt64, isAcknowledgement: Bool) {
        let flags = isAcknowledgement ? FrameFlags.acknowledgement : 0
        appendFrame(.ping, flags, 0, length: 8)
        append(bigEndian: content)
    }

    mutating func appendGoAway(last: UInt32, _ code: HTTP2ErrorCode) {
        appendFrame(.goAway, 0, 0, length: 8)
        append(bigEndian: last)
        append(bigEndian: code.rawValue)
    }

    /// The first eight of the nine bytes; the last is the lowest of the stream's.
    private static func frameStart(
        _ kind: FrameKind,
        _ flags: UInt8,
        _ stream: UInt32,
        length: Int
    ) -> UInt64 {
        UInt64(truncatingIfNeeded: length) &<< 40 | UInt64(kind.rawValue) &<< 32
            | UInt64(flags) &<< 24 | UInt64(stream &>> 8)
    }
}
