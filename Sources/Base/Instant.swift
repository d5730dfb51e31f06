/// A span of time on the data path.
///
/// `Duration` is 128 bits wide and costs 56 to 265 instructions per operation; configuration
/// speaks it, and the snapshot made from configuration holds this.
public struct Nanoseconds: Sendable, Hashable, Comparable {
    public let count: UInt64

    @inlinable public init(_ count: UInt64) {
        self.count = count
    }

    /// Whole nanoseconds, clamped to what 64 unsigned bits can hold.
    public init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        // Below one second the sign stands at the attoseconds alone.
        guard seconds >= 0, attoseconds >= 0 else {
            self.init(0)
            return
        }
        self = Self.seconds(UInt64(seconds)) + Nanoseconds(UInt64(attoseconds / 1_000_000_000))
    }

    @inlinable public static func < (lhs: Nanoseconds, rhs: Nanoseconds) -> Bool {
        lhs.count < rhs.count
    }

    /// No time at all.
    @inlinable public static var zero: Nanoseconds { Nanoseconds(0 as UInt64) }

    /// `count` × 1 ms, clamped to what 64 bits can hold: peers send such numbers.
    @inlinable public static func milliseconds(_ count: UInt64) -> Nanoseconds {
        let (product, overflow) = count.multipliedReportingOverflow(by: 1_000_000)
        return Nanoseconds(overflow ? .max : product)
    }

    /// `count` × 1 s, clamped to what 64 bits can hold.
    @inlinable public static func seconds(_ count: UInt64) -> Nanoseconds {
        let (product, overflow) = count.multipliedReportingOverflow(by: 1_000_000_000)
        return Nanoseconds(overflow ? .max : product)
    }

    /// Whole milliseconds, rounded up, so that a wait is never cut short.
    @inlinable public var millisecondsRoundedUp: UInt64 {
        count / 1_000_000 + (count % 1_000_000 == 0 ? 0 : 1)
    }

    /// The sum, clamped to what 64 bits can hold.
    @inlinable public static func + (lhs: Nanoseconds, rhs: Nanoseconds) -> Nanoseconds {
        let (sum, overflow) = lhs.count.addingReportingOverflow(rhs.count)
        return Nanoseconds(overflow ? .max : sum)
    }

    /// The difference, zero when `rhs` is longer.
    @inlinable public static func - (lhs: Nanoseconds, rhs: Nanoseconds) -> Nanoseconds {
        Nanoseconds(lhs.count > rhs.count ? lhs.count - rhs.count : 0)
    }

    /// `share` of this span; negative shares count as zero, the result is clamped to 64 bits.
    public func scaled(by share: Double) -> Nanoseconds {
        let product = Double(count) * max(0, share)
        return Nanoseconds(product < 0x1p64 ? UInt64(product) : .max)
    }

    /// Twice as long, clamped at `bound`.
    @inlinable public func doubled(upTo bound: Nanoseconds) -> Nanoseconds {
        let (twice, overflow) = count.multipliedReportingOverflow(by: 2)
        return overflow ? bound : min(Nanoseconds(twice), bound)
    }
}

/// A point on the monotonic clock, in nanoseconds since an arbitrary start.
///
/// Decision code never reads a clock. The worker reads it once per turn and passes the value
/// down, so a test can replay any schedule exactly.
public struct Instant: Sendable, Hashable, Comparable {
    public let nanoseconds: UInt64

    @inlinable public init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    @inlinable public static func < (lhs: Instant, rhs: Instant) -> Bool {
        lhs.nanoseconds < rhs.nanoseconds
    }

    /// A point that is never reached.
    @inlinable public static var distantFuture: Instant { Instant(nanoseconds: .max) }

    /// Clamped to `distantFuture`, so that a span a peer asked for cannot trap.
    @inlinable public func advanced(by span: Nanoseconds) -> Instant {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(span.count)
        return Instant(nanoseconds: overflow ? .max : sum)
    }

    /// Time from `earlier` to `self`; zero when `earlier` is in fact later.
    @inlinable public func since(_ earlier: Instant) -> Nanoseconds {
        Nanoseconds(earlier < self ? nanoseconds - earlier.nanoseconds : 0)
    }
}
