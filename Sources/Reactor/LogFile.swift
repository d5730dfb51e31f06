package import Base
private import Glibc

/// Where log lines end: a file that only grows, or a standard stream.
///
/// `append` waits as long as the disk or the reader of a pipe does. A thread of its own calls it,
/// never a worker.
package struct LogFile: ~Copyable {
    private let descriptor: Int32
    /// Standard streams are everybody's and stay open.
    private let isStandard: Bool

    /// Opens the file for appending and makes it when there is none, readable by its group.
    package init(path: String) throws(SystemError) {
        descriptor = try Self.open(path)
        isStandard = false
    }

    private init(descriptor: Int32) {
        self.descriptor = descriptor
        isStandard = true
    }

    deinit {
        if !isStandard { close(descriptor) }
    }

    /// The standard output of this process.
    package static func standardOutput() -> LogFile { LogFile(descriptor: STDOUT_FILENO) }

    /// The standard error of this process.
    package static func standardError() -> LogFile { LogFile(descriptor: STDERR_FILENO) }

    /// Writes all of `lines`, or says why the rest is lost.
    ///
    /// A failure is final for these lines only: the disk may have room for the next.
    package func append(_ lines: borrowing ByteBuffer) throws(SystemError) {
        let failure: SystemError? = lines.withUnsafeReadable { memory in
            var written = 0
            while written < memory.count {
                let count = write(
                    descriptor,
                    memory.baseAddress.map { $0 + written },
                    memory.count - written
                )
                if count >= 0 {
                    written += count
                } else if errno == EAGAIN {
                    waitForRoom()
                } else if errno != EINTR {
                    return SystemError.last
                }
            }
            return nil
        }
        if let failure { throw failure }
    }

    /// A terminal or pipe may have been made non-blocking by whoever shares it with us.
    private func waitForRoom() {
        var interest = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&interest, 1, -1)
    }

    private static func open(_ path: String) throws(SystemError) -> Int32 {
        let descriptor = Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw SystemError.last }
        return descriptor
    }
}
