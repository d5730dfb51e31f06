import Base
import Reactor

/// What became of a body that moves in the kernel, one turn of it.
struct Spliced {
    /// Bytes taken from the source; those that its peer did not take yet wait in the pipe.
    var count = 0
    /// What the source had to say last; `nil` when it was not asked until it had no more.
    var end: IOResult?
}

/// Bytes that go from socket to socket without being seen.
///
/// The pipe stands before `bytes`: it is filled only while the outbox is empty, and stays only as
/// long as something waits in it, which is when the peer is slower than the source.
extension Outbox {
    /// Whether a pipe may be attached: nothing is before it, and the peer takes bytes.
    var takesPipe: Bool {
        guard isEmpty, !isBlocked, !isFailed, tls == nil else { return false }
        return framing == .identity || framing == .untilClose
    }

    /// Bytes that wait in the pipe.
    var pipedCount: Int {
        switch pipe {
        case .some(let pipe): pipe.count
        case .none: 0
        }
    }

    /// Whether the pipe is of no more use here.
    var isPipeIdle: Bool { pipe != nil && (isFailed || pipedCount == 0) }

    /// Moves bytes from `source` to `socket` through the pipe, until the source has no more, the
    /// peer takes no more, or `limit` is reached.
    mutating func splice(
        from source: borrowing Socket,
        to socket: borrowing Socket,
        atMost limit: Int
    ) -> Spliced {
        var spliced = Spliced()
        while spliced.count < limit, !isBlocked, !isFailed {
            let filled = pipe?.fill(from: source, atMost: limit - spliced.count)
            guard case .transferred(let count) = filled else {
                spliced.end = filled
                break
            }
            spliced.count += count
            _ = drainPipe(into: socket)
        }
        return spliced
    }

    /// Offers the kernel what waits in the pipe; yields how many bytes it took.
    mutating func drainPipe(into socket: borrowing Socket) -> Int {
        guard !isBlocked, !isFailed, let result = pipe?.drain(into: socket) else { return 0 }
        switch result {
        case .transferred(let count):
            isBlocked = pipedCount > 0
            return count
        case .wouldBlock:
            isBlocked = true
        case .ended, .failed:
            isFailed = true
            bytes.clear()
        }
        return 0
    }
}
