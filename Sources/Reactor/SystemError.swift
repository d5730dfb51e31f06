private import Glibc

/// Why a system call failed.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The value of `errno`.
    package let code: Int32

    package init(code: Int32) {
        self.code = code
    }

    /// A name stands where only a numeric address can.
    package static let notNumeric = SystemError(code: EADDRNOTAVAIL)

    /// The error of the call that just failed on this thread.
    package static var last: SystemError { SystemError(code: errno) }

    package var description: String {
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }
}

/// What the layers above ask of an error, so that they need no `errno` names.
extension SystemError {
    /// Nobody accepts there: nothing listens, or a unix socket's file is missing.
    package var isConnectionRefused: Bool {
        code == ECONNREFUSED || code == ENOENT
    }

    /// Something ran out, here or for a moment at the peer: descriptors, ports, memory, or the
    /// queue of a unix socket.
    package var isShortage: Bool {
        isOutOfDescriptors || code == EAGAIN || code == EADDRNOTAVAIL || code == ENOBUFS
            || code == ENOMEM
    }

    /// The kernel gave up waiting for the peer.
    package var isTimedOut: Bool { code == ETIMEDOUT }

    /// The process or the machine has no descriptor left.
    package var isOutOfDescriptors: Bool { code == EMFILE || code == ENFILE }
}
