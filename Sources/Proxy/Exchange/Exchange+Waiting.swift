import Base
import Config
import Policy
import Telemetry
import Wire

/// Time, back-pressure and departures.
extension Exchange {
    /// Some deadline may have come; idle deadlines are only looked at here, never re-armed.
    mutating func timer(
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        if deadline <= now {
            return fail(.deadlineExceeded, outcome: .cancelled, &context, now, &actions)
        }
        if halfCloseEnds <= now {
            return clientGone(&context, now, &actions)
        }
        guard phaseEnds <= now else { return }
        switch attempt {
        case .identifying:
            passage.outcome = .unanswered
            lookedUp(&context, now, &actions)
        case .collecting, .lookingAhead:
            fail(.requestTimeout, outcome: .cancelled, &context, now, &actions)
        case .awaitingModel:
            admit(&context, now, &actions)
        case .queued:
            fail(.queueTimeout, outcome: .cancelled, &context, now, &actions)
        case .faulted:
            faultOver(&context, now, &actions)
        case .delayed:
            choose(avoiding: record.endpoint, &context, now, &actions)
        case .connecting:
            failed(.connectTimeout, &context, now, &actions)
        case .uploading:
            uploadStalled(&context, now, &actions)
        case .awaiting:
            failed(.firstByteTimeout, &context, now, &actions)
        case .answering, .tunnelling:
            idle(&context, now, &actions)
        case .none, .over:
            phaseEnds = .distantFuture
        }
    }

    /// Nobody moved for a while during an upload: blame the side that was waited for.
    private mutating func uploadStalled(
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        let patience =
            isUpstreamBlocked
            ? snapshot.config.timeouts.idle : snapshot.config.timeouts.clientIdle
        guard let patience else {
            phaseEnds = .distantFuture
            return
        }
        let ends = lastProgress.advanced(by: patience)
        guard ends <= now else {
            phaseEnds = ends
            return
        }
        if isUpstreamBlocked {
            failed(.firstByteTimeout, &context, now, &actions)
        } else {
            fail(.requestTimeout, outcome: .cancelled, &context, now, &actions)
        }
    }

    /// No byte of the answer for `idle`; a client that does not read is not the model's fault.
    private mutating func idle(
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        // `phaseEnds` was still that of the first byte.
        if awaitsFirstByte { return failed(.firstByteTimeout, &context, now, &actions) }
        let ends = idleEnds(lastProgress)
        guard ends <= now else {
            phaseEnds = ends
            return
        }
        if isDownstreamBlocked { return clientGone(&context, now, &actions) }
        if attempt == .tunnelling {
            return fail(.idleTimeout, outcome: .cancelled, &context, now, &actions)
        }
        failed(.idleTimeout, &context, now, &actions)
    }

    /// Whether there is only a bare head, which says nothing about the model's being at work.
    private var awaitsFirstByte: Bool {
        mutating get {
            guard attempt == .answering, !hasFirstByte, requestSide == .complete,
                !isDownstreamBlocked
            else { return false }
            return response.framing == .chunked || response.framing == .untilClose
        }
    }

    /// When a model that has had its request since `instant` is late with the first body byte.
    mutating func firstByteEnds(_ instant: Instant) -> Instant {
        guard let patience = snapshot.config.timeouts.firstByte else { return .distantFuture }
        return instant.advanced(by: patience)
    }

    /// When silence since `instant` becomes a failure.
    mutating func idleEnds(_ instant: Instant) -> Instant {
        guard let patience = snapshot.config.timeouts.idle else { return .distantFuture }
        return instant.advanced(by: patience)
    }

    /// The client reads too slowly, or has caught up.
    mutating func downstream(_ isBlocked: Bool, _ now: Instant, _ actions: inout Actions) {
        guard isBlocked != isDownstreamBlocked else { return }
        isDownstreamBlocked = isBlocked
        lastProgress = now
        if link != 0 { actions.append(.readResponse(!isBlocked)) }
    }

    /// Whoever was waited for has taken some of what waits, and is still waited for.
    mutating func noteTaken(_ now: Instant) {
        lastProgress = now
    }

    /// The model reads too slowly, or has caught up.
    mutating func upstream(_ isBlocked: Bool, _ now: Instant, _ actions: inout Actions) {
        guard isBlocked != isUpstreamBlocked else { return }
        isUpstreamBlocked = isBlocked
        lastProgress = now
        // The clock of the other side may have been off.
        if attempt == .uploading, phaseEnds == .distantFuture { phaseEnds = now }
        actions.append(.readRequest(!isBlocked))
    }

    /// FIN after a complete request: a half-close, or the end; the first byte will tell.
    mutating func clientEnded(
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        isClientEnded = true
        if attempt == .tunnelling {
            actions.append(.endRequest)
            if isUpstreamEnded { complete(&context, now, &actions) }
            return
        }
        guard answer == .none, let patience = snapshot.config.timeouts.halfClose else { return }
        halfCloseEnds = now.advanced(by: patience)
    }

    /// Nobody is there to answer: free the model at once.
    mutating func clientGone(
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        if attempt == .queued { _ = upstream.cancel(ticket) }
        if let grant {
            actions.append(.releaseUpstream(isReusable: false))
            endAttempt(grant, .init(outcome: .cancelled), &context, now)
        }
        record.reason = .clientGone
        if answer == .none { record.status = 499 }
        answer = .aborted
        record.isAborted = true
        record.note(.clientGone, at: now)
        actions.append(.abortResponse(.clientGone))
        finish(&context, now, &actions)
    }

    /// Others wait for the slot that this exchange holds: a client that hardly moves loses it.
    mutating func pressed(
        _ waiting: Int,
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        let isUploading = attempt == .uploading
        let isAwaited = isUploading ? !isUpstreamBlocked : isDownstreamBlocked
        let moved = Int(clamping: record.bytesIn &+ record.bytesOut) - waiting
        guard holdsSlot, attempt != .tunnelling,
            pace.isTooSlow(moved: moved, isAwaited: isAwaited, now: now)
        else { return }
        if isUploading {
            fail(.requestTimeout, outcome: .cancelled, &context, now, &actions)
        } else {
            clientGone(&context, now, &actions)
        }
    }

    mutating func drainTimedOut(
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        fail(.draining, outcome: .cancelled, &context, now, &actions)
    }
}
