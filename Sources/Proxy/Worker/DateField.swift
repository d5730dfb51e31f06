import Base
import Wire

/// The text of `Date`, made once a second (RFC 9110 §6.6.1).
struct DateField {
    private var second: Int64 = -1
    private var bytes: [UInt8] = []
    private var whole = InlineBytes<5>()

    /// The date at `wall` seconds since 1970.
    mutating func text(wall: Int64) -> [UInt8] {
        if wall != second { write(wall) }
        return bytes
    }

    /// The whole line of that date; inline, so that to hand it over counts no reference.
    mutating func line(wall: Int64) -> InlineBytes<5> {
        if wall != second { write(wall) }
        return whole
    }

    private mutating func write(_ wall: Int64) {
        second = wall
        var buffer = ByteBuffer()
        HTTPDate.append(unixSeconds: wall, to: &buffer)
        bytes = buffer.withReadable { $0.array(0..<$0.count) }
        buffer.clear()
        HeadEncoder.appendLine("date", bytes.span, 0..<bytes.count, to: &buffer)
        buffer.withReadable { whole.assign($0, 0..<$0.count) }
    }
}
