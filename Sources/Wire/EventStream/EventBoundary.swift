import Base

/// Whether an event stream stands exactly behind a finished event (HTML, server-sent events).
///
/// Lines end with LF, CR or CRLF in any mixture, and an event ends with an empty line. Only the
/// last four bytes matter, so feeding costs the same for any amount. Nothing sent yet is a
/// boundary too.
package struct EventBoundary: Sendable {
    /// The last four bytes, the newest lowest; starts as if an event had just ended.
    private var last: UInt32 = 0x0a0a_0a0a

    package init() {}

    /// Takes the bytes that were just sent.
    package mutating func feed(_ bytes: Span<UInt8>) {
        for index in max(0, bytes.count - 4)..<bytes.count {
            last = last << 8 | UInt32(bytes[index])
        }
    }

    /// Whether the bytes so far end with an empty line.
    ///
    /// CR CR is one too, but an LF that follows it still belongs to it.
    package var isAtEventEnd: Bool {
        let pair = UInt16(truncatingIfNeeded: last)
        switch pair {
        case 0x0a0a, 0x0d0d, 0x0a0d: return true
        case 0x0d0a:
            // CRLF ends a line; that line is empty when a line end stands before it.
            let before = UInt8(truncatingIfNeeded: last >> 16)
            return before == 10 || before == 13
        default: return false
        }
    }
}
