/// Clients' handshakes of one worker that are not over, oldest first.
///
/// At the bound the oldest gives way. An honest handshake takes milliseconds, so whatever is old
/// among too many holds on for nothing: newcomers get in however many of those there are.
struct HandshakeQueue {
    /// Handles in the order in which they came; some are over by now.
    private var line: [UInt64] = []
    private var head = 0
    /// Handshakes that are not over.
    private(set) var count = 0

    /// A client has connected.
    mutating func begin(_ handle: UInt64) {
        line.append(handle)
        count += 1
    }

    /// One is over, or its connection closes before it is.
    mutating func end() { count -= 1 }

    /// The first in the line, which may be over.
    ///
    /// Whoever begins another drops those first that are: then the line is no longer than what
    /// began while the oldest has been going on.
    var oldest: UInt64? { head < line.count ? line[head] : nil }

    mutating func dropOldest() {
        head += 1
        guard head > line.count / 2 else { return }
        line.removeFirst(head)
        head = 0
    }
}
