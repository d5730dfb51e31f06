import Base
import Testing

@testable import Proxy

@Suite struct ClientPaceTests {
    /// Looks four times a second, as the control loop does; the first look that finds it too slow.
    private func firstComplaint(
        looks: Int = 40,
        moved: (Int) -> Int = { _ in 0 },
        isAwaited: (Int) -> Bool = { _ in true }
    ) -> Int? {
        var pace = ClientPace()
        for look in 0..<looks {
            let now = Instant(nanoseconds: 5_000_000_000 + UInt64(look) * 250_000_000)
            if pace.isTooSlow(moved: moved(look), isAwaited: isAwaited(look), now: now) {
                return look
            }
        }
        return nil
    }

    @Test func `a client that stands still is too slow after three seconds`() {
        #expect(firstComplaint() == 12)
    }

    @Test func `one that trickles is no better, one that moves is not too slow`() {
        #expect(firstComplaint(moved: { $0 * 300 }) == 12)
        #expect(firstComplaint(moved: { $0 * 400 }) == nil)
    }

    @Test func `time in which nobody waited for the client does not count`() {
        #expect(firstComplaint(isAwaited: { $0 != 11 }) == 23)
        #expect(firstComplaint(isAwaited: { _ in false }) == nil)
    }

    @Test func `looks far apart say nothing of what was between them`() {
        var pace = ClientPace()
        var complaints = 0

        for seconds in 10..<60 as Range<UInt64> where seconds.isMultiple(of: 2) {
            let now = Instant(nanoseconds: seconds * 1_000_000_000)
            if pace.isTooSlow(moved: 0, isAwaited: true, now: now) { complaints += 1 }
        }

        #expect(complaints == 0)
    }

    @Test func `a request that begins is judged by nothing before it`() {
        var pace = ClientPace()
        let start: UInt64 = 10_000_000_000
        for look in 0..<12 as Range<UInt64> {
            let now = Instant(nanoseconds: start + look * 250_000_000)
            _ = pace.isTooSlow(moved: 0, isAwaited: true, now: now)
        }

        pace.forget()
        let now = Instant(nanoseconds: start + 3_000_000_000)
        let isTooSlow = pace.isTooSlow(moved: 0, isAwaited: true, now: now)

        #expect(!isTooSlow)
    }
}
