import Base
import Testing

@Suite struct InstantTests {
    @Test func `a span too long is never reached instead of trapping`() {
        let late = Instant(nanoseconds: 10).advanced(by: Nanoseconds(.max))

        #expect(late == .distantFuture)
        #expect(Instant.distantFuture.advanced(by: .seconds(1)) == .distantFuture)
    }

    @Test func `time since a later point is zero`() {
        let early = Instant(nanoseconds: 10)
        let late = early.advanced(by: .seconds(1))

        #expect(late.since(early) == .seconds(1))
        #expect(early.since(late) == .zero)
    }

    @Test(arguments: [
        (Duration.seconds(1), UInt64(1_000_000_000)),
        (.milliseconds(1_500), 1_500_000_000),
        (.nanoseconds(1), 1),
        (.zero, 0),
        (.seconds(-5), 0),
        (.milliseconds(-500), 0),
        (.seconds(18_446_744_073) + .milliseconds(900), .max),
        (.seconds(Int64.max), .max),
    ]) func `a duration becomes nanoseconds, clamped at both ends`(
        _ duration: Duration,
        _ count: UInt64
    ) {
        #expect(Nanoseconds(duration).count == count)
    }

    @Test func `a huge count of milliseconds is long, not short`() {
        #expect(Nanoseconds.milliseconds(.max).count == .max)
        #expect(Nanoseconds.seconds(.max).count == .max)
        #expect(Nanoseconds.milliseconds(3) == Nanoseconds(3_000_000))
    }

    @Test func `sums and differences are clamped`() {
        #expect(Nanoseconds(.max) + Nanoseconds(1) == Nanoseconds(.max))
        #expect(Nanoseconds(1) - Nanoseconds(2) == .zero)
        #expect(Nanoseconds(5) - Nanoseconds(2) == Nanoseconds(3))
    }

    @Test(
        arguments: [(0, 0), (1, 1), (999_999, 1), (1_000_000, 1), (1_000_001, 2)]
            as [(UInt64, UInt64)]
    )
    func `milliseconds are rounded up, so that no wait is cut short`(
        _ count: UInt64,
        _ milliseconds: UInt64
    ) {
        #expect(Nanoseconds(count).millisecondsRoundedUp == milliseconds)
    }

    @Test func `rounding up the longest span does not trap`() {
        #expect(Nanoseconds(.max).millisecondsRoundedUp == 18_446_744_073_710)
    }

    @Test func `a share of a span is clamped at both ends`() {
        #expect(Nanoseconds(100).scaled(by: 0.5) == Nanoseconds(50))
        #expect(Nanoseconds(100).scaled(by: -1) == .zero)
        #expect(Nanoseconds(.max).scaled(by: 2) == Nanoseconds(.max))
        #expect(Nanoseconds(100).scaled(by: .infinity) == Nanoseconds(.max))
        #expect(Nanoseconds(1 << 62).scaled(by: 3).count == 3 << 62)
    }

    @Test func `doubling stops at the bound`() {
        #expect(Nanoseconds(3).doubled(upTo: Nanoseconds(10)) == Nanoseconds(6))
        #expect(Nanoseconds(6).doubled(upTo: Nanoseconds(10)) == Nanoseconds(10))
        #expect(Nanoseconds(.max).doubled(upTo: Nanoseconds(10)) == Nanoseconds(10))
    }
}
