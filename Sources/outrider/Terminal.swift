private import Glibc

/// Where people read: answers on standard output, problems on standard error.
enum Terminal {
    /// Writes an answer; `text` ends its own lines.
    static func write(_ text: String) {
        write(text, to: STDOUT_FILENO)
    }

    /// Writes what people should know but no script reads; `text` ends its own lines.
    static func tell(_ text: String) {
        write(text, to: STDERR_FILENO)
    }

    /// Writes one line about a problem, with the program's name in front.
    static func complain(_ message: String) {
        write("outrider: \(message)\n", to: STDERR_FILENO)
    }

    /// Whatever cannot be written has no reader left, so failing is the end of it.
    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
