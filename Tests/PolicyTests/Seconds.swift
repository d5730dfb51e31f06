import Base

/// Points of a schedule, in seconds since its start.
extension Instant {
    static func second(_ seconds: Double) -> Instant {
        Instant(nanoseconds: 0).advanced(by: .span(seconds))
    }
}

/// Spans of a schedule.
extension Nanoseconds {
    static func span(_ seconds: Double) -> Nanoseconds {
        Nanoseconds(UInt64((seconds * 1_000).rounded()) * 1_000_000)
    }
}
