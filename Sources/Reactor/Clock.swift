package import Base
private import Glibc

/// The only place that reads the time; a worker asks once per turn and passes the value down.
package enum Clock {
    /// Now on the monotonic clock, which no administrator and no time server can move.
    package static func now() -> Instant {
        Instant(nanoseconds: read(CLOCK_MONOTONIC))
    }

    /// Now in nanoseconds since 1970, for logs and for dates; it may jump.
    package static func wall() -> UInt64 {
        read(CLOCK_REALTIME)
    }

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        // Neither clock can fail on Linux, and neither is negative.
        clock_gettime(clock, &time)
        return UInt64(truncatingIfNeeded: time.tv_sec) &* 1_000_000_000
            &+ UInt64(truncatingIfNeeded: time.tv_nsec)
    }
}
