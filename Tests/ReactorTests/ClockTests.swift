import Base
import Reactor
import Testing

@Suite struct ClockTests {
    @Test func `the monotonic clock never goes back`() {
        let first = Clock.now()
        let second = Clock.now()

        #expect(first <= second)
        #expect(first.nanoseconds > 0)
    }

    @Test func `the wall clock counts from 1970`() {
        // 2020, in nanoseconds: any machine that builds this is later.
        #expect(Clock.wall() > 1_577_836_800_000_000_000)
    }
}
