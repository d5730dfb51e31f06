import Base
import Policy
import Testing

@Suite struct RetryPolicyTests {
    /// What is asked about one failed try; a plain GET that was sent, unless said otherwise.
    struct Question: Sendable {
        var failure = AttemptFailure.status(503)
        var attempt = 1
        var isIdempotent = true
        var sentBytes = true
        var isBodyReplayable = true
        var hasIdempotencyKey = false
        var outerAttempt = 1

        func answer(_ change: (inout RetryPolicy.Settings) -> Void = { _ in }) -> Bool {
            var settings = RetryPolicy.Settings()
            change(&settings)
            return RetryPolicy(settings).decide(
                failure,
                attempt: attempt,
                isIdempotent: isIdempotent,
                sentBytes: sentBytes,
                isBodyReplayable: isBodyReplayable,
                hasIdempotencyKey: hasIdempotencyKey,
                outerAttempt: outerAttempt
            )
        }
    }

    @Test(arguments: [AttemptFailure.connectRefused, .connectTimeout], [true, false])
    func `a failed connect is always tried again`(_ failure: AttemptFailure, _ isGet: Bool) {
        let question = Question(failure: failure, isIdempotent: isGet, sentBytes: false)

        #expect(question.answer())
        #expect(!question.answer { $0.on.remove(.connect) })
    }

    @Test(arguments: [
        (true, true, true), (true, false, true), (false, true, false), (false, false, true),
    ]) func `a stale connection is, if idempotent or nothing was sent`(
        _ isIdempotent: Bool,
        _ sentBytes: Bool,
        _ isRetried: Bool
    ) {
        let question = Question(
            failure: .staleConnection,
            isIdempotent: isIdempotent,
            sentBytes: sentBytes
        )

        #expect(question.answer() == isRetried)
        #expect(!question.answer { $0.on.remove(.staleConnection) })
    }

    @Test(arguments: [500, 501, 502, 503, 504, 505, 429, 404, 200])
    func `idempotent methods are on 502, 503 and 504`(_ status: Int) {
        let question = Question(failure: .status(status))

        #expect(question.answer() == (502...504).contains(status))
        #expect(!question.answer { $0.on = [.connect, .staleConnection] })
    }

    @Test func `each status has its own word`() {
        let on: Set<RetryPolicy.Condition> = [.status503]

        #expect(Question(failure: .status(503)).answer { $0.on = on })
        #expect(!Question(failure: .status(502)).answer { $0.on = on })
        #expect(!Question(failure: .status(504)).answer { $0.on = on })
    }

    @Test(arguments: [AttemptFailure.status(503), .staleConnection, .reset])
    func `POST never is once a byte was sent, unless configured`(_ failure: AttemptFailure) {
        let post = Question(failure: failure, isIdempotent: false)
        var keyed = post
        keyed.hasIdempotencyKey = true

        #expect(!post.answer())
        #expect(!keyed.answer())
        #expect(post.answer { $0.nonIdempotent = true })
        #expect(!post.answer { $0.trustIdempotencyKey = true })
        #expect(keyed.answer { $0.trustIdempotencyKey = true })
    }

    @Test func `a reset counts as the 502 it would become`() {
        #expect(Question(failure: .reset).answer())
        #expect(!Question(failure: .reset).answer { $0.on.remove(.status502) })
    }

    @Test(arguments: [AttemptFailure.firstByteTimeout, .idleTimeout, .malformedResponse])
    func `a model that was at work is not asked again`(_ failure: AttemptFailure) {
        #expect(!Question(failure: failure).answer { $0.nonIdempotent = true })
    }

    @Test(arguments: [(1, 1, false), (1, 2, true), (2, 2, false), (2, 3, true), (3, 3, false)])
    func `there are so many tries in all`(_ attempt: Int, _ attempts: Int, _ isRetried: Bool) {
        let question = Question(attempt: attempt)

        #expect(question.answer { $0.attempts = attempts } == isRetried)
    }

    @Test(arguments: [(0, true), (1, true), (2, false), (9, false)])
    func `a layer that sees a second try does not retry`(_ outer: Int, _ isRetried: Bool) {
        let question = Question(failure: .connectRefused, sentBytes: false, outerAttempt: outer)

        #expect(question.answer() == isRetried)
    }

    @Test func `a body that is gone cannot be sent again, an unsent one can`() {
        #expect(!Question(isBodyReplayable: false).answer())
        let unsent = Question(
            failure: .connectRefused,
            sentBytes: false,
            isBodyReplayable: false
        )
        #expect(unsent.answer())
    }

    @Test func `without Retry-After the pause is the backoff's`() {
        let pauses = (0..<200).compactMap { Self.pause(nil, seed: $0) }

        #expect(pauses.count == 200)
        #expect(pauses.allSatisfy { $0 <= .milliseconds(25) })
    }

    @Test func `Retry-After is waited for, up to 300 s`() {
        #expect(Self.pause(.seconds(2)) == .seconds(2))
        #expect(Self.pause(.seconds(300)) == .seconds(300))
        #expect(Self.pause(.span(300.001)) == nil)
    }

    @Test func `no retry is begun that the deadline would cut off`() {
        #expect(Self.pause(.seconds(2), deadline: Deadline(.second(12.1))) == .seconds(2))
        #expect(Self.pause(.seconds(2), deadline: Deadline(.second(12))) == nil)
        #expect(Self.pause(nil, deadline: Deadline(.second(9))) == nil)
    }

    private static func pause(
        _ retryAfter: Nanoseconds?,
        deadline: Deadline = .none,
        seed: UInt64 = 1
    ) -> Nanoseconds? {
        var random = RandomSource(seed: seed)
        return RetryPolicy(.init()).pause(
            retry: 1,
            retryAfter: retryAfter,
            deadline: deadline,
            now: .second(10),
            random: &random
        )
    }
}
