import Base
import Wire

/// The text of `Date`, made once a second (RFC 9110 §6.6.1).
struct DateField {
    private var second: Int64 = -1
    private var bytes: [UInt8] = []

    /// The date at `wall` seconds since 1970.
    mutating func text(wall: Int64) -> [UInt8] {
        if wall != second {
            second = wall
            var buffer = ByteBuffer()
            HTTPDate.append(unixSeconds: wall, to: &buffer)
            bytes = buffer.withReadable { $0.array(0..<$0.count) }
        }
        return bytes
    }
}
