import Base
import Config
import Policy
import Telemetry
import Wire

/// The model's side: one try after another until there is an answer.
extension Exchange {
    @inline(__always)
    mutating func connect(_ grant: Upstream.Grant, _ now: Instant, _ actions: inout Actions) {
        self.grant = grant
        attempt = .connecting
        attemptBegan = now
        isAttemptSent = false
        isUnprocessed = false
        processedBefore = record.processed
        if record.attempts > 0 { response.reset() }
        record.attempts += 1
        record.endpoint = grant.endpoint
        if record.admitted == nil { record.admitted = now }
        record.note(.endpointChosen, detail: grant.endpoint, at: now)
        phaseEnds = now.advanced(by: snapshot.config.timeouts.connect)
        actions.append(.connect)
    }

    /// The connection takes bytes: send what there is.
    @inline(__always)
    mutating func ready(_ isReused: Bool, _ now: Instant, _ actions: inout Actions) {
        guard attempt == .connecting else { return }
        record.connected = now
        record.isReused = isReused
        record.note(isReused ? .connectionReused : .connected, at: now)
        actions.append(.sendRequestHead)
        if isDownstreamBlocked { actions.append(.readResponse(false)) }
        // A chunked body that ended without a byte still has its last chunk to be sent.
        let isEndOwed = requestSide == .complete && request.framing.isChunked
        if !held.isEmpty || isEndOwed { actions.append(.sendHeld) }
        if requestSide == .arriving { isBodyReplayable = false }
        if !isBodyReplayable, !held.isEmpty { isBodySpent = true }
        if requestSide == .complete {
            awaitAnswer(now)
            return
        }
        attempt = .uploading
        lastProgress = now
        phaseEnds = now.advanced(by: snapshot.config.timeouts.clientIdle)
        actions.append(.readRequest(true))
    }

    /// The last request byte is on its way; `firstByte` runs from here.
    mutating func awaitAnswer(_ now: Instant) {
        attempt = .awaiting
        phaseEnds = firstByteEnds(now)
    }

    /// A byte of the request has been taken by the model's connection.
    mutating func noteSent(_ now: Instant) {
        guard !isAttemptSent else { return }
        isAttemptSent = true
        record.sent = now
        if case .no = record.processed { record.processed = .maybe }
        record.note(.requestSent, at: now)
    }

    /// The attempt failed: try again where that is safe, else say so.
    mutating func failed(
        _ failure: AttemptFailure,
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        guard let grant else { return }
        if failure == .refusedStream { record.processed = processedBefore }
        actions.append(.releaseUpstream(isReusable: false))
        if answer == .none, let pause = retryPause(failure, after: nil, &context, now) {
            endAttempt(grant, ending(of: failure), &context, now)
            return delay(pause, now)
        }
        let reason = LocalReply.reason(of: failure)
        if answer == .none, failure.condition == .connect {
            endAttempt(grant, ending(of: failure), &context, now)
            if fallBack(after: reason, &context, now, &actions) { return }
        }
        fail(
            reason,
            outcome: ending(of: failure).outcome,
            isConnectRefused: failure == .connectRefused,
            &context,
            now,
            &actions
        )
    }

    /// How long to wait before one more try; `nil` when policy, budget or deadline forbid it.
    mutating func retryPause(
        _ failure: AttemptFailure,
        after retryAfter: Nanoseconds?,
        _ context: inout ExchangeContext,
        _ now: Instant
    ) -> Nanoseconds? {
        let isAllowed = upstream.retry.decide(
            failure,
            attempt: record.attempts,
            isIdempotent: request.method.isIdempotent,
            sentBytes: isAttemptSent,
            isBodyReplayable: isBodyReplayable,
            isUnprocessed: isUnprocessed,
            hasIdempotencyKey: intent.hasIdempotencyKey,
            outerAttempt: intent.outerAttempt
        )
        guard isAllowed, !isBodySpent else { return nil }
        let pause = upstream.retry.pause(
            retry: record.attempts,
            retryAfter: retryAfter,
            deadline: Deadline(deadline),
            now: now,
            random: &context.random
        )
        guard let pause else { return nil }
        if !isRetrying {
            guard upstream.beginRetry() else {
                upstream.metrics.retryBudgetExhausted.add()
                record.note(.retryDenied, at: now)
                return nil
            }
            isRetrying = true
        }
        lastFailure = failure
        let reason = LocalReply.retryReason(of: failure)
        upstream.metrics.retries.add(at: reason.index)
        record.retryReasons.insert(RetryReasons(reason))
        record.note(.retryScheduled, detail: Int(pause.millisecondsRoundedUp), at: now)
        return pause
    }

    /// Waits for the next try.
    mutating func delay(_ pause: Nanoseconds, _ now: Instant) {
        attempt = .delayed
        phaseEnds = now.advanced(by: pause)
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
        if isUnprocessed {
            // It says nothing about the model; others are asked first for a while.
            ending.outcome = .cancelled
            ending.rest = statedPause() ?? .seconds(1)
        }
        upstream.endpointMetrics[grant.endpoint].observe(
            now.since(attemptBegan),
            method: request.method,
            status: response.status
        )
        if let consequences = upstream.endAttempt(
            grant,
            ending,
            now: now,
            random: &context.random
        ) {
            context.note(upstream, consequences)
        }
        self.grant = nil
    }

    /// Gives the slot back, to whoever waits for one.
    mutating func releaseSlot(
        serviceTime: Nanoseconds?,
        _ context: inout ExchangeContext,
        _ now: Instant
    ) {
        holdsSlot = false
        if let ticket = upstream.releaseSlot(serviceTime: serviceTime, now: now) {
            context.note(upstream, granting: ticket)
        }
    }

    /// What a failure says about the endpoint.
    private mutating func ending(of failure: AttemptFailure) -> Upstream.Ending {
        // A connection that had gone stale says nothing about the model behind it.
        if failure == .staleConnection { return .init(outcome: .cancelled) }
        return .init(
            outcome: failure.outcome(caller: nil),
            isConnectRefused: failure == .connectRefused
        )
    }
}
