import Base
import Config
import Policy
import Telemetry
import Wire

/// The answer: from the model's head to the last byte, or our own words.
extension Exchange {
    /// The final head came from the model.
    @inline(__always)
    mutating func answered(
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        guard let grant, answer == .none else { return }
        record.processed = .yes
        lastProgress = now
        let status = response.status
        record.note(.responseHead, detail: status, at: now)
        if upstream.isBeforeSidecars { hear(grant, now) }
        if isWorthAnotherTry, askAnother(grant, &context, now, &actions) { return }
        halfCloseEnds = .distantFuture
        record.status = status
        answer = .streaming
        actions.append(.sendResponseHead)
        if isSwitch {
            attempt = .tunnelling
            record.note(.switchedProtocols, at: now)
            isTunnel = true
            upstream.metrics.tunnels.add(1)
            phaseEnds = idleEnds(now)
            if isClientEnded { actions.append(.endRequest) }
            return
        }
        if attempt == .awaiting || attempt == .uploading { attempt = .answering }
        switch response.framing {
        case .length: if requestSide == .complete { phaseEnds = idleEnds(now) }
        case .none: complete(&context, now, &actions)
        case .chunked, .untilClose: break
        }
    }

    /// Whether the answer is a failure that another try may do away with.
    private var isWorthAnotherTry: Bool {
        mutating get {
            502...504 ~= response.status || isUnprocessed
        }
    }

    /// Tries again, or asks who stands in; `false` when this answer is the one.
    private mutating func askAnother(
        _ grant: Upstream.Grant,
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) -> Bool {
        let status = response.status
        // A sidecar that refused is not asked again; another replica is.
        let hasAnother = !isUnprocessed || upstream.admits(otherThan: grant.endpoint, now: now)
        let pause =
            hasAnother
            ? retryPause(
                .status(status),
                after: isUnprocessed ? nil : statedPause(),
                &context,
                now
            ) : nil
        guard pause != nil || isUnprocessed && hasStandIn else { return false }
        actions.append(.releaseUpstream(isReusable: false))
        endAttempt(grant, Upstream.Ending(ofStatus: status), &context, now)
        if let pause {
            delay(pause, now)
            return true
        }
        if fallBack(after: .noHealthyEndpoint, &context, now, &actions) { return true }
        refuse(.noHealthyEndpoint, retryAfter: .seconds(1), &context, now, &actions)
        return true
    }

    /// Reads what a sidecar says of itself and of this request.
    private mutating func hear(_ grant: Upstream.Grant, _ now: Instant) {
        if let value = response.fields.first(.outriderLoad) {
            let report = response.fields.withBytes { LoadReport($0, value) }
            upstream.note(report, of: grant.endpoint, now: now)
        }
        guard response.status >= 500 || modelStream.grpcStatus != nil,
            let value = response.fields.first(.outriderProcessed)
        else { return }
        isUnprocessed = response.fields.withBytes { $0.equals("no", value) }
        if isUnprocessed { record.processed = processedBefore }
    }

    /// What the model's `Retry-After` asks for, if anything.
    mutating func statedPause() -> Nanoseconds? {
        guard let value = response.fields.first(.retryAfter) else { return nil }
        let seconds = Int64(record.wallClock / 1_000_000_000)
        return response.fields.withBytes {
            RetryAfter.parse($0, value, unixSeconds: seconds)
        }
    }

    /// Body bytes came from the model.
    @inline(__always)
    mutating func gave(
        _ count: Int,
        _ isLast: Bool,
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        guard answer == .streaming else { return }
        record.bytesOut += UInt64(count)
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
    mutating func complete(
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        guard let grant else { return }
        if record.firstByte == nil { record.firstByte = now }
        var ending = Upstream.Ending(ofStatus: response.status)
        ending.matchesFaultPattern = ending.is5xx && isFaultPattern()
        if let status = modelStream.grpcStatus, status.isServerFailure { ending.outcome = .failure }
        endAttempt(grant, ending, releasesSlot: holdsSlot, &context, now)
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
        // Said in any case: a stream does not end with its connection.
        actions.append(.endResponse)
        if isClientEnded { complete(&context, now, &actions) }
    }

    /// Refuses before anything was sent anywhere.
    mutating func refuse(
        _ reason: Reason,
        retryAfter: Nanoseconds? = nil,
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        self.retryAfter = retryAfter
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
        // When it cannot be cancelled, a grant is on its way; the worker gives that back.
        if attempt == .queued { _ = upstream.cancel(ticket) }
        if let grant {
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
            record.isAborted = true
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
        if isTunnel { upstream.metrics.tunnels.add(-1) }
        if isRetrying {
            isRetrying = false
            upstream.endRetry()
        }
        if holdsSlot { releaseSlot(serviceTime: serviceTime(now), &context, now) }
        actions.append(.finish)
    }

    /// How long the model took, where it was the model that ended the request.
    mutating func serviceTime(_ now: Instant) -> Nanoseconds? {
        guard record.reason == nil, let admitted = record.admitted else { return nil }
        return now.since(admitted)
    }

    /// Shows in metrics that a request has begun.
    @inline(__always)
    mutating func countBegin() {
        upstream.beginRequest()
    }

    /// Shows in metrics what became of the request.
    @inline(__always)
    mutating func count() {
        upstream.endRequest(&record)
        if let gateway = snapshot.gateway {
            gateway.count(record, upstream.index == 0 ? nil : upstream)
        }
    }

    private mutating func isFaultPattern() -> Bool {
        let patterns = upstream.config.health.faultPatterns
        return failureBody.withReadable { body in
            patterns.contains { body.contains(Array($0.utf8)) }
        }
    }
}
