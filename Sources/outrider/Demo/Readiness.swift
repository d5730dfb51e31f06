private import Glibc

/// Waiting for a descriptor.
enum Readiness {
    /// Returns when `descriptor` can be read, or after `milliseconds`.
    static func wait(for descriptor: Int32, milliseconds: Int32) {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&entry, 1, milliseconds)
    }
}
