import Base
import Testing

@testable import Proxy

@Suite struct WorkerPulseTests {
    private let start = Instant(nanoseconds: 1_000_000_000)

    @Test func `a worker that answers in time is alive`() {
        let pulse = WorkerPulse()

        #expect(pulse.ask(now: start))
        #expect(pulse.answer(now: start.advanced(by: .seconds(1))) == .seconds(1))
        #expect(pulse.isAlive(now: start.advanced(by: .seconds(60))))
        #expect(pulse.ask(now: start.advanced(by: .seconds(60))))
    }

    @Test func `a worker silent for five seconds is stuck`() {
        let pulse = WorkerPulse()
        _ = pulse.ask(now: start)

        #expect(!pulse.ask(now: start.advanced(by: .seconds(1))))
        #expect(pulse.isAlive(now: start.advanced(by: .seconds(5))))
        #expect(!pulse.isAlive(now: start.advanced(by: .milliseconds(5_001))))
    }

    @Test func `a late answer is an answer`() {
        let pulse = WorkerPulse()
        _ = pulse.ask(now: start)
        _ = pulse.answer(now: start.advanced(by: .seconds(9)))

        #expect(pulse.isAlive(now: start.advanced(by: .seconds(9))))
    }
}
