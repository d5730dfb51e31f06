private import CLinux
private import Glibc

/// A way through the kernel for bytes that nobody here looks at: from one socket to another
/// without being copied out and in again (splice).
///
/// What one socket gave and the other has not taken yet waits in it, as pages of the kernel that
/// hold at most `capacity` bytes.
package struct Pipe: ~Copyable, Sendable {
    /// Bytes that are asked for: as many as move in one call without gain from more.
    package static let capacity = 256 << 10

    private let output: Int32
    private let input: Int32
    private var waiting: Int32 = 0
    /// The kernel took bytes in and does not let them out to such a socket, now or ever.
    package private(set) var isRefused = false

    /// Makes an empty one; `nil` where descriptors or the kernel's memory for pipes are short.
    package static func make() -> Pipe? {
        var ends: (Int32, Int32) = (-1, -1)
        let isMade = withUnsafeMutableBytes(of: &ends) { memory in
            pipe2(
                memory.assumingMemoryBound(to: Int32.self).baseAddress,
                O_CLOEXEC | O_NONBLOCK
            ) == 0
        }
        guard isMade else { return nil }
        let pipe = Pipe(output: ends.0, input: ends.1)
        // Not permitted where the user has many already; then it must at least have what is usual.
        if fcntl(pipe.input, Int32(OUTRIDER_SETPIPE_SZ), Int32(capacity)) < 0,
            fcntl(pipe.input, Int32(OUTRIDER_GETPIPE_SZ)) < 65_536
        {
            return nil
        }
        return pipe
    }

    private init(output: Int32, input: Int32) {
        self.output = output
        self.input = input
    }

    deinit {
        close(output)
        close(input)
    }

    /// Bytes that wait in it.
    package var count: Int { Int(waiting) }

    /// Takes at most `limit` bytes that have arrived on `socket`; only while nothing waits.
    ///
    /// Less than that says nothing about what is left: the pages that bytes arrived in need not
    /// be full. Only `wouldBlock` does.
    package mutating func fill(from socket: borrowing Socket, atMost limit: Int) -> IOResult {
        precondition(waiting == 0, "a full pipe would look like a socket without bytes")
        precondition(limit > 0, "reading nothing would look like the end")
        let moved = Self.splice(socket.descriptor, input, min(limit, Self.capacity))
        if case .transferred(let count) = moved { waiting = Int32(count) }
        return moved
    }

    /// Offers `socket` what waits, until it has all or takes no more.
    ///
    /// Needs SIGPIPE to be ignored, which no flag of the call can ask for.
    package mutating func drain(into socket: borrowing Socket) -> IOResult {
        var total = 0
        while waiting > 0 {
            switch Self.splice(output, socket.descriptor, count) {
            case .transferred(let count):
                waiting -= Int32(count)
                total += count
            case .wouldBlock:
                return total > 0 ? .transferred(total) : .wouldBlock
            case .ended:
                return .failed(SystemError(code: EPIPE))
            case .failed(let error):
                isRefused = error.isUnsupported
                return .failed(error)
            }
        }
        return .transferred(total)
    }

    private static func splice(_ from: Int32, _ to: Int32, _ count: Int) -> IOResult {
        let flags = UInt32(OUTRIDER_SPLICE_NONBLOCK)
        while true {
            let moved = CLinux.splice(from, nil, to, nil, count, flags)
            if moved > 0 { return .transferred(moved) }
            if moved == 0 { return .ended }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            default: return .failed(.last)
            }
        }
    }
}

extension SystemError {
    /// This kernel, or whoever confines us, does not splice such descriptors.
    package var isUnsupported: Bool {
        code == EINVAL || code == ENOSYS || code == EPERM || code == EOPNOTSUPP
    }
}
