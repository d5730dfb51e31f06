import Base
import Policy
import Testing

@Suite struct BackoffTests {
    private let backoff = Backoff(base: .milliseconds(25), bound: .milliseconds(250))

    @Test(
        arguments: [
            (1, 25), (2, 50), (3, 100), (4, 200), (5, 250), (6, 250), (Int.max, 250), (0, 25),
        ] as [(Int, UInt64)]
    )
    func `the ceiling doubles from 25 ms up to 250 ms`(_ retry: Int, _ milliseconds: UInt64) {
        #expect(backoff.ceiling(retry: retry) == .milliseconds(milliseconds))
    }

    @Test func `jitter is full: any wait from none to the ceiling`() {
        var random = RandomSource(seed: 5)

        let delays = (0..<2_000).map { _ in backoff.delay(retry: 2, random: &random) }

        let ceiling = Nanoseconds.milliseconds(50)
        #expect(delays.allSatisfy { $0 <= ceiling })
        #expect(delays.contains { $0 < ceiling.scaled(by: 0.02) })
        #expect(delays.contains { $0 > ceiling.scaled(by: 0.98) })
        let mean = delays.reduce(0) { $0 + Double($1.count) } / 2_000
        #expect(abs(mean / Double(ceiling.count) - 0.5) < 0.03)
    }

    @Test func `no base means no wait, and the longest bound does not trap`() {
        var random = RandomSource(seed: 6)
        let none = Backoff(base: .zero, bound: .seconds(1))
        let endless = Backoff(base: Nanoseconds(.max), bound: Nanoseconds(.max))

        let delay = none.delay(retry: .max, random: &random)
        _ = endless.delay(retry: 3, random: &random)

        #expect(delay == .zero)
    }
}
