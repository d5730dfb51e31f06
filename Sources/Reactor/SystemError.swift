private import Glibc

/// Why a system call failed.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The value of `errno`.
    package let code: Int32

    package init(code: Int32) {
        self.code = code
    }

    /// The error of the call that just failed on this thread.
    package static var last: SystemError { SystemError(code: errno) }

    package var description: String {
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }
}
