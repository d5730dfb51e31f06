import Base
import Testing

@testable import Policy

@Suite struct OutcomeWindowTests {
    @Test func `an outcome is forgotten in the last thirtieth of its window`() {
        var window = OutcomeWindow(span: .seconds(30))
        window.add(.failure, isSlow: true, now: .second(100))

        window.add(.success, isSlow: false, now: .second(128.9))
        #expect(window.total == 2 && window.failures == 1 && window.slow == 1)
        window.add(.success, isSlow: false, now: .second(130))

        #expect(window.total == 2 && window.failures == 0 && window.slow == 0)
    }

    @Test func `after a long silence everything is forgotten`() {
        var window = OutcomeWindow(span: .seconds(30))
        for second in 0..<25 { window.add(.failure, isSlow: true, now: .second(Double(second))) }

        window.add(.success, isSlow: false, now: .second(1e9))

        #expect(window.total == 1 && window.failures == 0 && window.slow == 0)
    }

    @Test func `a clock that goes back loses nothing`() {
        var window = OutcomeWindow(span: .seconds(30))
        window.add(.failure, isSlow: false, now: .second(100))

        window.add(.failure, isSlow: false, now: .second(50))

        #expect(window.failures == 2)
    }

    @Test func `a window is clean while it remembers quick successes alone`() {
        var window = OutcomeWindow(span: .seconds(30))
        window.addOne(now: .second(0))
        #expect(window.isClean && window.total == 1)

        for (kind, isSlow) in [
            (.failure, false), (.serverError(caller: 1), false), (.success, true),
        ] as [(OutcomeWindow.Kind, Bool)] {
            var other = window
            other.add(kind, isSlow: isSlow, now: .second(1))
            #expect(!other.isClean && other.total == 2)
            other.addOne(now: .second(31))
            #expect(other.isClean && other.total == 1)
        }
    }

    @Test func `500s count when their callers are two or unknown`() {
        var window = OutcomeWindow(span: .seconds(30))
        window.add(.serverError(caller: 1), isSlow: false, now: .second(0))
        #expect(window.failuresThatCount() == 0)

        var two = window
        two.add(.serverError(caller: 2), isSlow: false, now: .second(0))
        window.add(.serverError(caller: nil), isSlow: false, now: .second(10))

        #expect(two.failuresThatCount() == 2)
        #expect(window.failuresThatCount() == 2)
    }

    @Test func `500s are forgotten as failures are, and with them their callers`() {
        var window = OutcomeWindow(span: .seconds(30))
        window.add(.serverError(caller: 1), isSlow: false, now: .second(0))

        window.add(.serverError(caller: 2), isSlow: false, now: .second(30))

        #expect(window.serverErrors == 1)
        #expect(window.failuresThatCount() == 0)
    }

    @Test func `a window too short to be cut still counts`() {
        var window = OutcomeWindow(span: .zero)
        window.add(.failure, isSlow: false, now: .second(1))

        #expect(window.failures == 1)
    }

    @Test(arguments: 1...10) func `sums agree with what is still in the window`(_ seed: Int) {
        var random = RandomSource(seed: UInt64(seed))
        var window = OutcomeWindow(span: .seconds(30))
        var past: [(at: Double, isFailure: Bool)] = []
        var now = 0.0

        for _ in 0..<500 {
            now += random.below(20) == 0 ? 40 * random.unit() : random.unit()
            let isFailure = random.below(2) == 0
            window.add(isFailure ? .failure : .success, isSlow: false, now: .second(now))
            past.append((now, isFailure))

            let sure = past.filter { $0.at > now - 28.99 }
            let most = past.filter { $0.at > now - 30.01 }
            #expect((sure.count...most.count).contains(window.total))
            let failures = (sure.filter(\.isFailure).count...most.filter(\.isFailure).count)
            #expect(failures.contains(window.failures))
        }
    }
}
