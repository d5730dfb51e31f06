import Base
import Policy
import Testing

@Suite struct AdmissionQueueTests {
    @Test func `at most so many at the model, at most so many waiting`() {
        let bench = AdmissionBench { ($0.concurrency, $0.queue) = (2, 1) }

        #expect(bench.request(1) == .granted)
        #expect(bench.request(2) == .granted)
        #expect(bench.request(3) == .queued)
        #expect(bench.request(4) == .refused(.queueFull(retryAfter: .seconds(1))))

        #expect(bench.queue.inFlight == 2)
        #expect(bench.queue.depth == 1)
    }

    @Test func `first come, first served`() {
        let bench = filled(waiting: 3)

        #expect((0..<4).map { _ in bench.release() } == [1, 2, 3, nil])

        #expect(bench.queue.inFlight == 0)
        #expect(bench.request(9) == .granted)
    }

    @Test func `the more urgent go first, in order of arrival within a priority`() {
        let bench = AdmissionBench { $0.queue = 9 }
        _ = bench.request(0)

        for (number, priority) in [(1, 3), (2, 7), (3, 0), (4, 3), (5, 0), (6, 255)] {
            #expect(bench.request(UInt64(number), priority: UInt8(priority)) == .queued)
        }

        #expect((0..<7).map { _ in bench.release() } == [3, 5, 1, 4, 2, 6, nil])
    }

    @Test func `with priorities off nobody is more urgent`() {
        let bench = AdmissionBench { $0.priorities = false }
        _ = bench.request(0)

        _ = bench.request(1, priority: 7)
        _ = bench.request(2, priority: 0)

        #expect(bench.release() == 1)
    }

    @Test func `no queue means refused at once`() {
        let bench = AdmissionBench { $0.queue = 0 }
        _ = bench.request(0)

        #expect(bench.request(1) == .refused(.queueFull(retryAfter: .seconds(1))))
    }

    @Test func `Retry-After is the line times the rolling service time`() {
        let bench = AdmissionBench { ($0.concurrency, $0.queue) = (2, 3) }
        learn(8, bench)
        for number in 0..<5 { _ = bench.request(UInt64(number)) }

        // Three wait, a fourth would; two slots; 8 s each.
        #expect(bench.queue.estimatedWait() == .seconds(16))
        #expect(bench.request(9) == .refused(.queueFull(retryAfter: .seconds(16))))
    }

    @Test func `nobody waits while a slot is free`() {
        let bench = AdmissionBench()
        learn(8, bench)

        #expect(bench.queue.estimatedWait() == .zero)
    }

    @Test func `the service time follows the model, cancelled requests aside`() {
        let bench = AdmissionBench()
        learn(8, bench)
        #expect(bench.queue.serviceTime == .seconds(8))

        _ = bench.request(1)
        _ = bench.release(after: nil)
        #expect(bench.queue.serviceTime == .seconds(8))
        for _ in 0..<60 { learn(1, bench) }

        #expect(bench.queue.serviceTime < .span(1.01))
    }

    @Test func `a deadline that the line would outlast is refused on arrival`() {
        let bench = AdmissionBench()
        learn(4, bench)
        _ = bench.request(0)
        _ = bench.request(1, deadline: 100)

        // One waits, so that the next would wait for 8 s.
        #expect(bench.request(2, deadline: 8) == .refused(.deadlineUnreachable))
        #expect(bench.request(2, deadline: 8.1) == .queued)
        // More urgent than both: 4 s.
        #expect(bench.request(3, priority: 0, deadline: 4.1) == .queued)
    }

    @Test func `those served and those who left lengthen no wait`() {
        let bench = AdmissionBench()
        learn(4, bench)
        for number in 0..<4 { _ = bench.request(UInt64(number)) }
        #expect(bench.queue.estimatedWait() == .seconds(16))

        _ = bench.cancel(2)
        #expect(bench.queue.estimatedWait() == .seconds(12))
        _ = bench.release()

        #expect(bench.queue.estimatedWait() == .seconds(8))
        #expect(bench.request(9, deadline: 8.1) == .queued)
    }

    @Test func `a deadline already past is refused though a slot is free`() {
        let bench = AdmissionBench()

        #expect(bench.request(0, deadline: 5, at: 5) == .refused(.deadlineUnreachable))
        #expect(bench.request(0, deadline: 5, at: 4.9) == .granted)
        #expect(bench.queue.inFlight == 1)
    }

    @Test func `entries whose time is up are passed over`() {
        let bench = AdmissionBench()
        _ = bench.request(0)
        _ = bench.request(1, at: 0)
        _ = bench.request(2, deadline: 6, at: 5)
        _ = bench.request(3, at: 5)

        #expect(bench.release(at: 10) == 3)
        #expect(bench.queue.depth == 0)
        #expect(bench.queue.inFlight == 1)
    }

    @Test func `an entry that was passed over still leaves by its worker`() {
        let bench = filled(waiting: 1)
        #expect(bench.release(at: 10) == nil)
        #expect(bench.queue.inFlight == 0)

        #expect(bench.cancel(1))
        #expect(!bench.cancel(1))
    }

    @Test func `expired entries take no room from newcomers`() {
        let bench = filled(waiting: 3)

        #expect(bench.request(9, at: 10) == .queued)

        #expect(bench.queue.depth == 1)
        #expect([1, 2, 3].allSatisfy { bench.cancel($0) })
        #expect(bench.release(at: 10) == 9)
    }

    @Test(arguments: 1...3) func `a client that leaves leaves the queue`(_ leaver: UInt64) {
        let bench = filled(waiting: 3)

        #expect(bench.cancel(leaver))

        #expect(bench.queue.depth == 2)
        #expect(bench.request(9) == .queued)
        let expected: [UInt64?] = [1, 2, 3, 9].filter { $0 != leaver } + [nil]
        #expect((0..<4).map { _ in bench.release() } == expected)
    }

    @Test func `a ticket that was granted cannot be cancelled any more`() {
        let bench = filled(waiting: 2)
        _ = bench.release()

        #expect(!bench.cancel(1))
        // Its worker finds nobody behind the grant and gives the slot back.
        #expect(bench.release(after: nil) == 2)
    }

    @Test func `when the breaker opens, all who wait are refused at once`() {
        let bench = filled(waiting: 3)

        #expect(bench.drainAll() == [1, 2, 3])

        #expect(bench.queue.depth == 0)
        #expect(bench.queue.inFlight == 1)
        #expect(!bench.cancel(2))
        #expect(bench.release() == nil)
        #expect(bench.drainAll().isEmpty)
    }

    @Test func `shadow refuses nothing, holds nobody, and counts`() {
        let bench = AdmissionBench { ($0.queue, $0.shadow) = (2, true) }

        let decisions = (0..<5).map { bench.request($0) }

        // One at the model, two would wait, two would have been refused.
        #expect(decisions.allSatisfy { $0 == .granted })
        #expect(bench.queue.wouldHaveRefused == 2)
        #expect(bench.queue.inFlight == 5)
        for _ in 0..<5 { #expect(bench.release() == nil) }
        #expect(bench.queue.inFlight == 0)
    }

    @Test func `shadow counts deadlines and waits that are too long`() {
        let bench = AdmissionBench { $0.shadow = true }
        learn(6, bench)
        _ = bench.request(0)

        #expect(bench.request(1, deadline: 6) == .granted)
        #expect(bench.queue.wouldHaveRefused == 1)
        // Two beyond the limit now: 12 s, longer than the queue's timeout.
        #expect(bench.request(2) == .granted)

        #expect(bench.queue.wouldHaveRefused == 2)
    }

    @Test func `more concurrency on a reload lets those waiting in`() {
        let bench = filled(waiting: 3)

        bench.update { $0.concurrency = 3 }
        #expect(bench.request(9) == .refused(.queueFull(retryAfter: .seconds(1))))
        #expect((0..<3).map { _ in bench.grantNext() } == [1, 2, nil])

        #expect(bench.queue.inFlight == 3)
    }

    @Test func `less concurrency on a reload grants nothing until it is met`() {
        let bench = AdmissionBench { $0.concurrency = 3 }
        for number in 0..<5 { _ = bench.request(UInt64(number)) }

        bench.update { $0.concurrency = 1 }

        #expect((0..<4).map { _ in bench.release() } == [nil, nil, 3, 4])
    }

    @Test func `shadow switched on lets everyone waiting in`() {
        let bench = filled(waiting: 2)

        bench.update { $0.shadow = true }

        #expect((0..<3).map { _ in bench.grantNext() } == [1, 2, nil])
    }

    /// One at the model, numbers 1 and up waiting since second 0.
    private func filled(waiting: UInt64) -> AdmissionBench {
        let bench = AdmissionBench()
        for number in 0...waiting { _ = bench.request(number) }
        return bench
    }

    private func learn(_ seconds: Double, _ bench: AdmissionBench) {
        _ = bench.request(99)
        _ = bench.release(after: seconds)
    }
}
