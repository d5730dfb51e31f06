package import Base

/// Writes the fields of protobuf messages (protobuf.dev, "Encoding").
///
/// As proto3 does, a field that has its default, 0 or nothing, is left out.
package enum ProtobufWriter {
    /// Appends a number, an enumeration or a truth (1).
    package static func append(
        _ field: UInt32,
        number: UInt64,
        to output: inout ByteBuffer
    ) {
        guard number != 0 else { return }
        append(varint: UInt64(field) << 3, to: &output)
        append(varint: number, to: &output)
    }

    /// Appends text or bytes.
    package static func append(
        _ field: UInt32,
        bytes: Span<UInt8>,
        to output: inout ByteBuffer
    ) {
        guard !bytes.isEmpty else { return }
        append(varint: UInt64(field) << 3 | 2, to: &output)
        append(varint: UInt64(bytes.count), to: &output)
        output.append(bytes)
    }

    /// Appends a message, which is there even when it says nothing.
    package static func append(
        _ field: UInt32,
        message: borrowing ByteBuffer,
        to output: inout ByteBuffer
    ) {
        append(varint: UInt64(field) << 3 | 2, to: &output)
        append(varint: UInt64(message.readableCount), to: &output)
        output.append(contentsOf: message)
    }

    private static func append(varint number: UInt64, to output: inout ByteBuffer) {
        var rest = number
        while rest >= 0x80 {
            output.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        output.append(UInt8(truncatingIfNeeded: rest))
    }
}
