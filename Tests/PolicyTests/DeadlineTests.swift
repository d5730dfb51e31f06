import Base
import Policy
import Testing

@Suite struct DeadlineTests {
    private let arrived = Instant.second(100)

    @Test func `without caller and total there is none`() {
        let deadline = Deadline(arrived: arrived, callerAllows: nil, total: nil)

        #expect(deadline == .none)
        #expect(!deadline.exists)
        #expect(deadline.remaining(now: arrived) == nil)
        #expect(deadline.allows(Nanoseconds(.max), now: arrived))
    }

    @Test(
        arguments: [
            (1, 5, 101), (5, 1, 105), (nil, 5, 105), (5, nil, 105),
        ] as [(UInt64?, UInt64?, Double)]
    )
    func `the caller's wins over the configured total`(
        _ caller: UInt64?,
        _ total: UInt64?,
        _ end: Double
    ) {
        let deadline = Deadline(
            arrived: arrived,
            callerAllows: caller.map { .seconds($0) },
            total: total.map { .seconds($0) }
        )

        #expect(deadline.instant == .second(end))
    }

    @Test func `what remains shrinks to nothing and stays there`() {
        let deadline = Deadline(.second(105))

        #expect(deadline.remaining(now: .second(101)) == .seconds(4))
        #expect(deadline.remaining(now: .second(106)) == .zero)
    }

    @Test func `a wait is allowed only if something is left after it`() {
        let deadline = Deadline(.second(105))

        #expect(deadline.allows(.span(4.9), now: .second(100)))
        #expect(!deadline.allows(.seconds(5), now: .second(100)))
        #expect(!deadline.allows(.zero, now: .second(106)))
    }

    @Test func `a caller's absurd patience is no deadline and no trap`() {
        let deadline = Deadline(arrived: arrived, callerAllows: Nanoseconds(.max), total: nil)

        #expect(!deadline.exists)
    }
}
