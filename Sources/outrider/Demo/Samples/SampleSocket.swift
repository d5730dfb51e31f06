import Base
private import Glibc

/// A connection of a sample service: blocking calls, each bounded in time.
final class SampleSocket: Sendable {
    private let descriptor: Int32

    /// Seconds without a byte, in either direction, after which the client counts as gone.
    private static let patience = 60

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        var time = timeval(tv_sec: SampleSocket.patience, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, size)
        var yes: Int32 = 1
        let width = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, width)
    }

    deinit {
        close(descriptor)
    }

    /// Appends what comes next to `input`; `false` when nothing will come any more.
    func receive(into input: inout ByteBuffer) -> Bool {
        while true {
            var failure: Int32 = 0
            let count = input.withFreeSpace(16_384) { space in
                let count = recv(descriptor, space.baseAddress, space.count, 0)
                failure = errno
                return max(0, count)
            }
            if count > 0 { return true }
            guard failure == EINTR else { return false }
        }
    }

    /// Sends all of `output` and empties it; `false` when the client is gone.
    func send(_ output: inout ByteBuffer) -> Bool {
        while !output.isEmpty {
            let count = output.withUnsafeReadable { bytes in
                Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            output.consume(count)
        }
        return true
    }
}
