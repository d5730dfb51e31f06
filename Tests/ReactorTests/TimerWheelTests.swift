import Base
import Testing

@testable import Reactor

@Suite struct TimerWheelTests {
    @Test func `a timer is due at its deadline and not a tick before`() {
        var wheel = TimerWheel(now: at(5))
        let timer = wheel.makeTimer(data: 9)
        wheel.schedule(timer, at: at(305))
        var due: [UInt64] = []

        wheel.advance(to: Instant(nanoseconds: at(305).nanoseconds - 1), due: &due)
        let early = due
        wheel.advance(to: at(305), due: &due)
        let count = wheel.scheduledCount

        #expect(early == [])
        #expect(due == [9])
        #expect(count == 0)
    }

    @Test func `a deadline between two ticks is rounded up`() {
        var wheel = TimerWheel(now: at(0))
        let timer = wheel.makeTimer(data: 9)
        wheel.schedule(timer, at: Instant(nanoseconds: 1_000_001))
        var due: [UInt64] = []

        wheel.advance(to: Instant(nanoseconds: 1_999_999), due: &due)
        let early = due
        wheel.advance(to: at(2), due: &due)

        #expect(early == [])
        #expect(due == [9])
    }

    @Test func `a deadline that has passed is due at once`() {
        var wheel = TimerWheel(now: at(1000))
        let timer = wheel.makeTimer(data: 9)
        wheel.schedule(timer, at: at(1))
        var due: [UInt64] = []

        let next = wheel.nextDeadline
        wheel.advance(to: at(1000), due: &due)

        #expect(next == at(1000))
        #expect(due == [9])
    }

    @Test func `moving a timer leaves one deadline`() {
        var wheel = TimerWheel(now: at(0))
        let timer = wheel.makeTimer(data: 9)
        wheel.schedule(timer, at: at(10))
        wheel.schedule(timer, at: at(20_000))
        var due: [UInt64] = []

        wheel.advance(to: at(19_999), due: &due)
        let early = due
        wheel.advance(to: at(30_000), due: &due)

        #expect(early == [])
        #expect(due == [9])
    }

    @Test func `a timer at the end of time never comes`() {
        var wheel = TimerWheel(now: at(0))
        let timer = wheel.makeTimer(data: 9)
        wheel.schedule(timer, at: at(10))
        wheel.schedule(timer, at: .distantFuture)

        let next = wheel.nextDeadline

        #expect(next == nil)
    }

    @Test func `the farthest deadline that can be said is kept`() {
        var wheel = TimerWheel(now: at(0))
        let timer = wheel.makeTimer(data: 9)
        wheel.schedule(timer, at: Instant(nanoseconds: .max - 1))
        var due: [UInt64] = []

        wheel.advance(to: Instant(nanoseconds: .max - 1_000_000), due: &due)
        let early = due
        let count = wheel.scheduledCount
        let next = wheel.nextDeadline

        #expect(early == [])
        #expect(count == 1)
        #expect(next != nil)
    }

    @Test func `a freed timer's place is used again`() {
        var wheel = TimerWheel(now: at(0))
        let first = wheel.makeTimer(data: 1)
        wheel.schedule(first, at: at(10))
        wheel.free(first)
        let second = wheel.makeTimer(data: 2)
        wheel.schedule(second, at: at(10))
        var due: [UInt64] = []

        wheel.advance(to: at(10), due: &due)

        #expect(first == second)
        #expect(due == [2])
    }

    @Test func `waking at the next deadline finds a lone timer in few turns`() {
        var wheel = TimerWheel(now: at(123))
        let timer = wheel.makeTimer(data: 9)
        // Ten days: an exact wait is worth less than a constant-time answer, but not for ever.
        wheel.schedule(timer, at: at(864_000_123))
        var due: [UInt64] = []
        var turns = 0

        while due.isEmpty, let next = wheel.nextDeadline {
            wheel.advance(to: next, due: &due)
            turns += 1
        }

        #expect(due == [9])
        #expect(turns <= 5)
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `the wheel agrees with a sorted list`(seed: UInt64) {
        var contest = Contest(seed: seed)

        let disagreement = contest.run(steps: 30_000)

        #expect(disagreement == nil, "seed \(seed)")
        #expect(contest.now.nanoseconds > 5_000_000 * 1_000_000)
    }

    private func at(_ milliseconds: UInt64) -> Instant {
        Instant(nanoseconds: milliseconds * 1_000_000)
    }
}

/// The wheel against the plainest thing that can be right, over a random schedule.
private struct Contest: ~Copyable {
    private var random: RandomSource
    private var wheel: TimerWheel
    private var timers: [TimerID] = []
    /// Deadlines in ticks, rounded up; `nil` for timers that are not scheduled.
    private var deadlines: [UInt64?] = []
    private var due: [UInt64] = []
    private(set) var now: Instant

    init(seed: UInt64) {
        random = RandomSource(seed: seed)
        now = Instant(nanoseconds: random.next() >> 20)
        wheel = TimerWheel(now: now)
        for data in 0..<100 as Range<UInt64> {
            timers.append(wheel.makeTimer(data: data))
            deadlines.append(nil)
        }
    }

    /// Plays `steps` steps and returns the first disagreement.
    mutating func run(steps: Int) -> String? {
        for step in 0..<steps {
            let place = Int(random.below(UInt64(timers.count)))
            switch random.below(8) {
            case 0:
                wheel.cancel(timers[place])
                deadlines[place] = nil
            case 1:
                wheel.free(timers[place])
                timers[place] = wheel.makeTimer(data: UInt64(place))
                deadlines[place] = nil
            case 2, 3:
                if let problem = advance() { return "step \(step): \(problem)" }
            default:
                let deadline = now.advanced(by: someSpan(bits: 52))
                wheel.schedule(timers[place], at: deadline)
                deadlines[place] = max(now.nanoseconds / 1_000_000, ticks(deadline))
            }
        }
        return nil
    }

    private mutating func advance() -> String? {
        now = now.advanced(by: someSpan(bits: 42))
        let target = now.nanoseconds / 1_000_000
        due.removeAll(keepingCapacity: true)
        wheel.advance(to: now, due: &due)
        let told = due.compactMap { deadlines[Int($0)] }
        let expected = deadlines.indices.filter { deadlines[$0].map { $0 <= target } ?? false }
        guard due.sorted() == expected.map(UInt64.init) else {
            return "due \(due.sorted()) instead of \(expected)"
        }
        guard told == told.sorted() else { return "ticks out of order: \(told)" }
        for place in expected { deadlines[place] = nil }
        let earliest = deadlines.compactMap(\.self).min()
        let next = wheel.nextDeadline.map { $0.nanoseconds / 1_000_000 }
        guard (next == nil) == (earliest == nil) else { return "next deadline and none disagree" }
        if let next, let earliest, next > earliest || next <= target {
            return "next deadline \(next) for \(earliest) at \(target)"
        }
        let count = deadlines.count { $0 != nil }
        return wheel.scheduledCount == count ? nil : "\(wheel.scheduledCount), not \(count)"
    }

    /// Any magnitude is as likely as any other: nanoseconds, or weeks.
    private mutating func someSpan(bits: UInt64) -> Nanoseconds {
        Nanoseconds(random.next() >> (64 - 1 - random.below(bits)))
    }

    private func ticks(_ deadline: Instant) -> UInt64 {
        (deadline.nanoseconds + 999_999) / 1_000_000
    }
}
