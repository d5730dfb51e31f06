private import CLinux
private import Glibc

extension Socket {
    /// A connection being made.
    package enum Connecting: ~Copyable {
        case connected(Socket)
        /// The poller says writable or failed when it has ended; then `pendingError` knows how.
        case inProgress(Socket)
    }

    /// Begins to connect and never waits.
    ///
    /// A refusal may be known at once, above all on a unix socket, where a full queue is one too.
    package static func connect(to address: SocketAddress) throws(SystemError) -> Connecting {
        let socket = try make(family: address.family)
        if !address.isUnix { socket.setNoDelay(true) }
        let code = address.withNative { native, size in
            Glibc.connect(socket.descriptor, native, size) == 0 ? 0 : errno
        }
        switch code {
        case 0: return .connected(socket)
        // Interrupted or not, the kernel goes on by itself.
        case EINPROGRESS, EINTR: return .inProgress(socket)
        default: throw SystemError(code: code)
        }
    }

    /// A fresh stream socket of `family`, non-blocking and not inherited.
    static func make(family: Int32) throws(SystemError) -> Socket {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, kind, 0)
        guard descriptor >= 0 else { throw SystemError.last }
        return Socket(adopting: descriptor)
    }
}
