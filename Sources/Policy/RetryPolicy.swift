package import Base

/// Whether a failed attempt is tried again, and how long to wait before.
///
/// Nothing is repeated that the model may have begun to act on, unless repeating is harmless:
/// the method is idempotent (RFC 9110 §9.2.2) or the configuration vouches for it.
///
/// | failure                                        | tried again when                        |
/// |------------------------------------------------|-----------------------------------------|
/// | connect refused, connect timeout, TLS failed   | always: nothing was sent                |
/// | stream refused (RFC 9113 §8.7)                | always: nothing was processed           |
/// | a reused connection closed without an answer   | harmless, or no byte was sent           |
/// | reset before an answer (our 502)               | harmless                                |
/// | 502, 503, 504                                  | harmless                                |
/// | first-byte or idle timeout, malformed response | never: the model was at work            |
/// | 5xx of a sidecar that says `processed: no`     | always: no byte reached the model       |
package struct RetryPolicy: Sendable {
    package let settings: Settings

    package init(_ settings: Settings) {
        precondition(settings.attempts >= 1)
        self.settings = settings
    }

    /// Whether one more try may follow try number `attempt`, counted from 1.
    ///
    /// To be asked only while no response byte has reached the client. `sentBytes`: any byte of
    /// this request went out on the failed attempt. `isBodyReplayable`: what was sent of the body
    /// is still kept. `isUnprocessed`: the answer says that no byte reached the model.
    /// `outerAttempt`: what `x-outrider-attempt` said, 1 without it.
    package func decide(
        _ failure: AttemptFailure,
        attempt: Int,
        isIdempotent: Bool,
        sentBytes: Bool,
        isBodyReplayable: Bool,
        isUnprocessed: Bool = false,
        hasIdempotencyKey: Bool,
        outerAttempt: Int
    ) -> Bool {
        guard attempt < settings.attempts, outerAttempt <= 1 else { return false }
        guard !sentBytes || isBodyReplayable else { return false }
        if isUnprocessed { return true }
        guard let condition = failure.condition, settings.on.contains(condition) else {
            return false
        }
        switch condition {
        case .connect, .refusedStream:
            return true
        case .staleConnection where !sentBytes:
            return true
        case .staleConnection, .status502, .status503, .status504:
            return isIdempotent || settings.nonIdempotent
                || (hasIdempotencyKey && settings.trustIdempotencyKey)
        }
    }

    /// How long to wait before retry number `retry`, counted from 1; `nil` forbids it.
    ///
    /// Never shorter than the `Retry-After` of the answer. It is forbidden when that is longer
    /// than we honour, or when the deadline would pass meanwhile: the failure at hand is then
    /// the better answer.
    package func pause(
        retry: Int,
        retryAfter: Nanoseconds?,
        deadline: Deadline,
        now: Instant,
        random: inout RandomSource
    ) -> Nanoseconds? {
        let backoff = Backoff(base: settings.backoffBase, bound: settings.backoffMax)
        var pause = backoff.delay(retry: retry, random: &random)
        if let retryAfter {
            guard retryAfter <= settings.maxRetryAfter else { return nil }
            pause = max(pause, retryAfter)
        }
        return deadline.allows(pause, now: now) ? pause : nil
    }
}
