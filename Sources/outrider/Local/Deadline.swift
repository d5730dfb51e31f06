private import Glibc

/// A point in time until which blocking calls may wait.
struct Deadline {
    private let milliseconds: Int

    /// So many milliseconds from now.
    init(inMilliseconds span: Int) {
        milliseconds = Deadline.now() + span
    }

    /// What is left, never negative, and never more than `poll` can take.
    var remaining: Int32 { Int32(clamping: max(0, milliseconds - Deadline.now())) }

    /// Sleeps for `span` milliseconds, or until the deadline if that is sooner.
    func sleep(milliseconds span: Int32) {
        _ = poll(nil, 0, min(span, remaining))
    }

    private static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000 + time.tv_nsec / 1_000_000
    }
}
