import Base
import Policy
import Telemetry
import Wire

/// The model's side: one try after another until there is an answer.
extension Exchange {
    mutating func connect(_ grant: Upstream.Grant, _ now: Instant, _ actions: inout Actions) {
        self.grant = grant
        attempt = .connecting
        attemptBegan = now
        isAttemptSent = false
        record.attempts += 1
        record.endpoint = grant.endpoint
        if record.admitted == nil { record.admitted = now }
        phaseEnds = now.advanced(by: snapshot.config.timeouts.connect)
        actions.append(.connect)
    }

    /// The connection takes bytes: send what there is.
    mutating func ready(_ isReused: Bool, _ now: Instant, _ actions: inout Actions) {
        guard attempt == .connecting else { return }
        if record.connected == nil { record.connected = now }
        actions.append(.sendRequestHead)
        if !held.isEmpty { actions.append(.sendHeld) }
        if requestSide == .complete {
            awaitAnswer(now)
            return
        }
        isBodyReplayable = false
        attempt = .uploading
        lastProgress = now
        phaseEnds = now.advanced(by: snapshot.config.timeouts.clientIdle)
        actions.append(.readRequest(true))
    }

    /// The last request byte is on its way; `firstByte` runs from here.
    mutating func awaitAnswer(_ now: Instant) {
        attempt = .awaiting
        phaseEnds = .distantFuture
        if let firstByte = snapshot.config.timeouts.firstByte {
            phaseEnds = now.advanced(by: firstByte)
        }
    }

    /// A byte of the request has been taken by the model's connection.
    package mutating func noteSent(_ now: Instant) {
        guard !isAttemptSent else { return }
        isAttemptSent = true
        isSent = true
        record.isSent = true
    }

    /// The attempt failed: try again where that is safe, else say so.
    mutating func failed(
        _ failure: RetryPolicy.AttemptFailure,
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        guard let grant else { return }
        actions.append(.releaseUpstream(isReusable: false))
        if answer == .none, mayRetry(failure, now) {
            endAttempt(grant, ending(of: failure), &context, now)
            return delay(afterStatus: nil, &context, now, &actions)
        }
        fail(
            LocalReply.reason(of: failure),
            outcome: ending(of: failure).outcome,
            isConnectRefused: failure == .connectRefused,
            &context,
            now,
            &actions
        )
    }

    /// Whether policy, budget and deadline allow one more try.
    mutating func mayRetry(_ failure: RetryPolicy.AttemptFailure, _ now: Instant) -> Bool {
        let isAllowed = upstream.retry.decide(
            failure,
            attempt: record.attempts,
            isIdempotent: request.method.isIdempotent,
            sentBytes: isAttemptSent,
            isBodyReplayable: isBodyReplayable || !isAttemptSent,
            hasIdempotencyKey: intent.hasIdempotencyKey,
            outerAttempt: intent.outerAttempt
        )
        guard isAllowed, now < deadline else { return false }
        if !isRetrying {
            guard upstream.beginRetry() else {
                upstream.metrics.retryBudgetExhausted()
                return false
            }
            isRetrying = true
        }
        upstream.metrics.retried(LocalReply.reason(of: failure))
        record.note(.retried, at: now)
        return true
    }

    /// Waits with full jitter, or as long as the model asked for, then tries again.
    mutating func delay(
        afterStatus retryAfter: Nanoseconds?,
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        let settings = upstream.config.retry
        let backoff = Backoff(base: settings.backoffBase, max: settings.backoffMax)
        let pause = backoff.delay(retry: record.attempts, random: &context.random)
        attempt = .delayed
        phaseEnds = now.advanced(by: max(pause, retryAfter ?? .zero))
    }

    /// Reports how the attempt ended; the slot stays.
    mutating func endAttempt(
        _ grant: Upstream.Grant,
        _ ending: Upstream.Ending,
        _ context: inout ExchangeContext,
        _ now: Instant
    ) {
        var ending = ending
        if let limit = upstream.config.breaker.slowFirstByte, let firstByte = record.firstByte {
            ending.isSlow = firstByte.since(attemptBegan) > limit
        }
        let consequences = upstream.endAttempt(grant, ending, now: now, random: &context.random)
        context.note(upstream, consequences)
        self.grant = nil
    }

    /// What a failure says about the endpoint.
    private func ending(of failure: RetryPolicy.AttemptFailure) -> Upstream.Ending {
        switch failure {
        case .status(let status): .init(outcome: Self.outcome(ofStatus: status), is5xx: true)
        case .staleConnection: .init(outcome: .cancelled)
        case .connectRefused: .init(outcome: .failure, isConnectRefused: true)
        case .connectTimeout, .reset, .firstByteTimeout, .idleTimeout, .malformedResponse:
            .init(outcome: .failure)
        }
    }

    /// What a status says about the endpoint: 4xx and 501 nothing bad, 500 only for the rate.
    static func outcome(ofStatus status: Int) -> CircuitBreaker.Outcome {
        switch status {
        case 500: .serverError(caller: nil)
        case 502, 503, 504: .failure
        default: .success
        }
    }
}
