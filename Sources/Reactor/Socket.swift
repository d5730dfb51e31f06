package import Base
private import CLinux
private import Glibc

/// What became of one read or write.
package enum IOResult: Hashable, Sendable {
    /// So many bytes moved, at least one; fewer than offered means that the kernel is drained or
    /// full and will tell of the next edge.
    case transferred(Int)
    /// Nothing moved; the poller tells when it may.
    case wouldBlock
    /// The peer has finished sending.
    case ended
    case failed(SystemError)
}

/// A connected stream socket that nobody else owns; dropping it closes it.
///
/// Always non-blocking, never inherited by a child process, never a source of SIGPIPE.
package struct Socket: ~Copyable, Sendable {
    /// For the poller; it is closed with this value.
    package let descriptor: Int32

    /// Takes over a descriptor that is non-blocking already.
    package init(adopting descriptor: Int32) {
        precondition(descriptor >= 0)
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Reads what has arrived, at most as much as fits.
    package func read(into memory: UnsafeMutableRawBufferPointer) -> IOResult {
        receive(memory, flags: 0)
    }

    /// Reads to the end of `buffer` with room for at least `room` bytes.
    package func read(into buffer: inout ByteBuffer, room: Int) -> IOResult {
        var result = IOResult.wouldBlock
        _ = buffer.withFreeSpace(room) { memory in
            result = receive(memory, flags: 0)
            if case .transferred(let count) = result { return count }
            return 0
        }
        return result
    }

    /// Looks whether anything has arrived, and takes nothing: how an idle connection is judged.
    package func peek() -> IOResult {
        var byte: UInt8 = 0
        return withUnsafeMutableBytes(of: &byte) { receive($0, flags: Int32(MSG_PEEK)) }
    }

    /// Sends as much of `memory` as the kernel takes.
    ///
    /// With `isMoreComing` the kernel may hold back the last incomplete packet for the next send,
    /// at most 200 ms.
    package func send(_ memory: UnsafeRawBufferPointer, isMoreComing: Bool = false) -> IOResult {
        let flags = Self.sendFlags(isMoreComing)
        while true {
            let count = outrider_send(descriptor, memory.baseAddress, memory.count, flags)
            if count >= 0 { return .transferred(count) }
            if let result = Self.result(ofError: errno) { return result }
        }
    }

    /// Sends two pieces of memory as one, such as a head and the start of its body.
    ///
    /// The count covers both: the second has begun when it is larger than the first piece.
    package func send(
        _ first: UnsafeRawBufferPointer,
        _ second: UnsafeRawBufferPointer,
        isMoreComing: Bool = false
    ) -> IOResult {
        let flags = Self.sendFlags(isMoreComing)
        // The kernel only reads through these, whatever C's type says.
        var parts: (iovec, iovec) = (
            iovec(iov_base: .init(mutating: first.baseAddress), iov_len: first.count),
            iovec(iov_base: .init(mutating: second.baseAddress), iov_len: second.count)
        )
        return withUnsafeMutableBytes(of: &parts) { memory in
            var message = msghdr()
            message.msg_iov = memory.assumingMemoryBound(to: iovec.self).baseAddress
            message.msg_iovlen = 2
            while true {
                let count = sendmsg(descriptor, &message, flags)
                if count >= 0 { return .transferred(count) }
                if let result = Self.result(ofError: errno) { return result }
            }
        }
    }

    /// Tells the peer that no more will be sent; reading goes on.
    package func shutdownWrite() {
        // Fails only when the connection is already broken, which the poller tells.
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Makes the coming close break the connection off with a reset instead of an orderly end.
    ///
    /// What was sent and has not arrived is lost. On a unix socket there is no reset: the peer
    /// sees the end.
    package func abort() {
        var immediately = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_LINGER,
            &immediately,
            socklen_t(MemoryLayout<linger>.size)
        )
    }

    /// Sends small pieces at once; sockets made by `connect` and `Listener` begin so.
    package func setNoDelay(_ isOn: Bool) {
        setOption(Int32(IPPROTO_TCP), TCP_NODELAY, isOn)
    }

    /// Takes the error that waits, such as why connecting failed.
    package func pendingError() -> SystemError? {
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) == 0 else {
            return SystemError.last
        }
        return code == 0 ? nil : SystemError(code: code)
    }

    /// The address of this end.
    package func localAddress() -> SocketAddress? {
        SocketAddress.reading { native, size in getsockname(descriptor, native, &size) }
    }

    private func receive(_ memory: UnsafeMutableRawBufferPointer, flags: Int32) -> IOResult {
        precondition(!memory.isEmpty, "reading nothing would look like the end")
        while true {
            let count = outrider_recv(descriptor, memory.baseAddress, memory.count, flags)
            if count > 0 { return .transferred(count) }
            if count == 0 { return .ended }
            if let result = Self.result(ofError: errno) { return result }
        }
    }

    private func setOption(_ level: Int32, _ name: Int32, _ isOn: Bool) {
        // Unix sockets have none of these, and to them they mean nothing: failure is fine.
        var value: Int32 = isOn ? 1 : 0
        setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func sendFlags(_ isMoreComing: Bool) -> Int32 {
        Int32(MSG_NOSIGNAL) | (isMoreComing ? Int32(MSG_MORE) : 0)
    }

    /// What an error means to the caller; `nil` to try again.
    private static func result(ofError code: Int32) -> IOResult? {
        switch code {
        case EINTR: nil
        case EAGAIN: .wouldBlock
        default: .failed(SystemError(code: code))
        }
    }
}
