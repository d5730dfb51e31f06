import Base
import Policy
import Telemetry
import Wire

/// The answer: from the model's head to the last byte, or our own words.
extension Exchange {
    /// The final head came from the model.
    mutating func answered(
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        guard let grant, answer == .none else { return }
        isAnswered = true
        record.isAnswered = true
        record.firstHead = now
        lastProgress = now
        let status = response.status
        if let pause = retryPause(status), mayRetry(.status(status), now) {
            actions.append(.releaseUpstream(isReusable: false))
            let ending = Upstream.Ending(outcome: Self.outcome(ofStatus: status), is5xx: true)
            endAttempt(grant, ending, &context, now)
            return delay(afterStatus: pause, &context, now, &actions)
        }
        record.status = status
        answer = .streaming
        actions.append(.sendResponseHead)
        if response.isSwitch {
            attempt = .tunnelling
            record.note(.switched, at: now)
            phaseEnds = idleEnds(now)
            return
        }
        if attempt == .awaiting || attempt == .uploading { attempt = .answering }
        if case .length = response.framing, requestSide == .complete { phaseEnds = idleEnds(now) }
        if response.framing == .none { complete(&context, now, &actions) }
    }

    /// How long to wait before trying again after `status`; `nil` when it is not to be retried.
    private func retryPause(_ status: Int) -> Nanoseconds? {
        guard 502...504 ~= status else { return nil }
        guard let value = response.fields.first(.retryAfter) else { return .zero }
        let asked = response.fields.withBytes {
            RetryAfter.parse($0, value, wallClock: record.wallSeconds)
        }
        guard let asked else { return .zero }
        return asked <= upstream.config.retry.maxRetryAfter ? asked : nil
    }

    /// Body bytes came from the model.
    mutating func gave(
        _ count: Int,
        _ isLast: Bool,
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        guard answer == .streaming else { return }
        record.responseBytes += UInt64(count)
        lastProgress = now
        if !hasFirstByte, count > 0 || isLast {
            hasFirstByte = true
            record.firstByte = now
            if let grant, case .probe = grant.admission, response.status < 500 {
                upstream.probeAnswered(grant, now: now)
            }
        }
        actions.append(.forwardResponse(isLast: isLast))
        if isLast, attempt != .tunnelling {
            complete(&context, now, &actions)
        } else if phaseEnds == .distantFuture || !isDownstreamBlocked {
            // Moved lazily: the timer looks at `lastProgress` when it fires.
            phaseEnds = min(phaseEnds, idleEnds(now))
        }
    }

    /// The whole answer is on its way to the client.
    private mutating func complete(
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        guard let grant else { return }
        if record.firstByte == nil { record.firstByte = now }
        let status = response.status
        var ending = Upstream.Ending(outcome: Self.outcome(ofStatus: status), is5xx: status >= 500)
        ending.matchesFaultPattern = status >= 500 && isFaultPattern()
        endAttempt(grant, ending, &context, now)
        actions.append(.releaseUpstream(isReusable: requestSide == .complete))
        answer = .complete
        finish(&context, now, &actions)
    }

    /// Half of a tunnel, or an orderly end where the answer's end is the connection's.
    mutating func upstreamEnded(
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        guard attempt == .tunnelling else { return }
        isUpstreamEnded = true
        if isClientEnded {
            complete(&context, now, &actions)
        } else {
            actions.append(.endResponse)
        }
    }

    /// Refuses before anything was sent anywhere.
    mutating func refuse(
        _ reason: Reason,
        retryAfter: Nanoseconds? = nil,
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        record.retryAfter = retryAfter
        fail(reason, outcome: .cancelled, &context, now, &actions)
    }

    /// Ends the exchange with `reason`: an answer of our own, or an honest end of the begun one.
    mutating func fail(
        _ reason: Reason,
        outcome: CircuitBreaker.Outcome,
        isConnectRefused: Bool = false,
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        if attempt == .queued, !upstream.cancel(ticket) {
            // The grant is on its way: `start` will give it back.
        }
        if let grant {
            noteWaste(reason, now)
            actions.append(.releaseUpstream(isReusable: false))
            let ending = Upstream.Ending(outcome: outcome, isConnectRefused: isConnectRefused)
            endAttempt(grant, ending, &context, now)
        }
        record.reason = reason
        if answer == .none {
            record.status = LocalReply.status(of: reason, snapshot.config)
            answer = .complete
            actions.append(.reply(reason))
        } else {
            answer = .aborted
            actions.append(.abortResponse(reason))
        }
        finish(&context, now, &actions)
    }

    /// Releases what is held and lets the worker write the last line.
    mutating func finish(
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        attempt = .over
        deadline = .distantFuture
        phaseEnds = .distantFuture
        halfCloseEnds = .distantFuture
        record.finished = now
        if isRetrying {
            isRetrying = false
            upstream.endRetry()
        }
        if holdsSlot {
            holdsSlot = false
            let isServed = record.reason == nil
            let served = isServed ? record.admitted.map { now.since($0) } : nil
            context.note(upstream, upstream.releaseSlot(serviceTime: served, now: now))
        }
        actions.append(.finish)
    }

    /// Model time spent on an answer that nobody gets.
    private func noteWaste(_ reason: Reason, _ now: Instant) {
        guard isAttemptSent else { return }
        upstream.metrics.wasted(now.since(attemptBegan), because: reason)
    }

    private func isFaultPattern() -> Bool {
        let patterns = upstream.config.health.faultPatterns
        return failureBody.withReadable { body in
            patterns.contains { body.contains(Array($0.utf8)) }
        }
    }
}
