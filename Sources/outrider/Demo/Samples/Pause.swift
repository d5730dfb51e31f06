import Base
private import Glibc

/// Waiting, for threads that have nothing else to do.
enum Pause {
    /// Sleeps for `span`, in spite of signals.
    static func sleep(_ span: Nanoseconds) {
        let second: UInt64 = 1_000_000_000
        var wanted = timespec(tv_sec: Int(span.count / second), tv_nsec: Int(span.count % second))
        var left = timespec()
        while nanosleep(&wanted, &left) != 0, errno == EINTR { wanted = left }
    }
}
