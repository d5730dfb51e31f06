import Base
import Config
import Policy
import Telemetry
import Wire

/// The client's side: from the head to the last body byte, and leave to send it on.
extension Exchange {
    @inline(__always)
    mutating func begin(
        _ isOverCapacity: Bool,
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        lastProgress = now
        if case .none = request.framing { requestSide = .complete }
        switch request.method {
        case .connect, .trace: return refuse(.methodNotAllowed, &context, now, &actions)
        default: break
        }
        // What was meant for a protected channel did not come over one (RFC 9110 §7.4).
        if request.isSecureScheme, !isSecure {
            return refuse(.misdirected, &context, now, &actions)
        }
        if lacksIdentity { return refuse(.unauthenticated, &context, now, &actions) }
        if case .options = request.method, maxForwards() == 0 {
            return answer(.answerOptions, now, &actions)
        }
        if context.isRefusing { return refuse(.draining, &context, now, &actions) }
        if isOverCapacity {
            return refuse(.overCapacity, retryAfter: .seconds(1), &context, now, &actions)
        }
        if case .length(let length) = request.framing,
            length > UInt64(snapshot.config.limits.requestBody.bytes)
        {
            return refuse(.bodyTooLarge, &context, now, &actions)
        }
        setDeadline(now)
        if snapshot.config.faults != nil, inject(&context, now, &actions) { return }
        proceed(&context, now, &actions)
    }

    /// Reads what the head asks of us, as far as its sender is believed.
    mutating func readIntent(isTrustedPeer: Bool) {
        guard upstream.hashOn != nil || RequestIntent.isSaid(in: request.fields) else { return }
        intent = RequestIntent(
            request,
            isTrusted: isTrusted(peer: isTrustedPeer),
            isDoor: snapshot.isGateway,
            hashOn: upstream.hashOn
        )
    }

    /// A gateway first finds out who asks and where to; then both ask for leave.
    @inline(__always)
    private mutating func proceed(
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        if let gateway = snapshot.gateway {
            enter(gateway, &context, now, &actions)
        } else {
            collect(&context, now, &actions)
        }
    }

    /// What came is no request; the connection ends with our answer.
    mutating func unreadable(
        _ reason: Reason,
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        fail(reason, outcome: .cancelled, &context, now, &actions)
    }

    /// Reads a small body whole before asking for a slot: a trickling upload must not hold one.
    mutating func collect(
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        if requestSide == .arriving, isCollectable {
            attempt = .collecting
            phaseEnds = now.advanced(by: snapshot.config.timeouts.clientIdle)
            expectBody(&actions)
            return
        }
        isBodyReplayable = requestSide == .complete
        admit(&context, now, &actions)
    }

    /// Tells the client to send its body, if it waits for that; then the model need not.
    mutating func expectBody(_ actions: inout Actions) {
        guard request.expectsContinue else { return }
        request.expectsContinue = false
        request.fields.drop(.expect)
        actions.append(.sendContinue)
    }

    /// A declared length that fits what may be kept for replay.
    var isCollectable: Bool {
        mutating get {
            guard case .length(let length) = request.framing else { return false }
            return length <= UInt64(upstream.config.retry.replayBody.bytes)
        }
    }

    /// Asks for a slot and an endpoint.
    mutating func admit(
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        if asked == nil { asked = now }
        if upstream.config.endpoints.isEmpty { followNames(&context) }
        ticket.worker = context.worker
        let inquiry = Upstream.Inquiry(
            ticket: ticket,
            priority: intent.priority,
            deadline: deadline == .distantFuture ? nil : deadline,
            key: intent.key
        )
        switch upstream.request(inquiry, now: now, random: &context.random) {
        case .granted(let grant):
            holdsSlot = true
            connect(grant, now, &actions)
        case .queued:
            attempt = .queued
            phaseEnds = (asked ?? now).advanced(by: upstream.config.admission.queueTimeout)
            record.enqueued = now
            record.note(.queued, at: now)
        case .notYet:
            waitForModel(&context, now, &actions)
        case .refused(let refusal):
            if fallBack(after: refusal.reason, &context, now, &actions) { return }
            refuse(refusal.reason, retryAfter: refusal.retryAfter, &context, now, &actions)
        }
    }

    /// An upstream whose name was not found has its endpoints in a younger snapshot.
    ///
    /// Of the same generation: everything else stands there in the same place.
    private mutating func followNames(_ context: inout ExchangeContext) {
        guard context.snapshot !== snapshot, context.snapshot.generation == snapshot.generation
        else { return }
        snapshot = context.snapshot
        upstream = snapshot.upstreams[upstream.index]
    }

    /// The model is expected within the queue's patience: look again after as long as was waited
    /// already, between 1 and 20 ms, until then.
    private mutating func waitForModel(
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        let patience = upstream.config.admission.queueTimeout
        let waited = asked.map { now.since($0) } ?? .zero
        if waited >= patience {
            let isModel = upstream.config.peer == .model
            let reason: Reason = isModel ? .starting : .noHealthyEndpoint
            if fallBack(after: reason, &context, now, &actions) { return }
            return refuse(reason, retryAfter: .seconds(isModel ? 5 : 1), &context, now, &actions)
        }
        attempt = .awaitingModel
        phaseEnds = now.advanced(by: min(max(waited, .milliseconds(1)), .milliseconds(20)))
    }

    /// The slot that was waited for is ours.
    mutating func start(
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        guard attempt == .queued else {
            // It gave up meanwhile; somebody else shall have the slot.
            return releaseSlot(serviceTime: nil, &context, now)
        }
        holdsSlot = true
        choose(avoiding: nil, &context, now, &actions)
    }

    /// Picks the endpoint for a slot that is held.
    mutating func choose(
        avoiding: Int?,
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        switch upstream.choose(
            key: intent.key,
            avoiding: avoiding,
            now: now,
            random: &context.random
        ) {
        case .success(let grant):
            connect(grant, now, &actions)
        case .failure(let refusal):
            // What this request has met itself says more than what has become of the endpoint.
            let met = lastFailure.flatMap {
                $0.condition == .connect ? LocalReply.reason(of: $0) : nil
            }
            let reason = met ?? refusal.reason
            if fallBack(after: reason, &context, now, &actions) { return }
            refuse(reason, retryAfter: refusal.retryAfter, &context, now, &actions)
        }
    }

    mutating func turnedAway(
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        guard attempt == .queued else { return }
        attempt = .none
        admit(&context, now, &actions)
    }

    /// Body bytes came from the client.
    mutating func took(
        _ count: Int,
        _ isLast: Bool,
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        record.bytesIn += UInt64(count)
        lastProgress = now
        if isLast {
            requestSide = .complete
        }
        if record.bytesIn > UInt64(snapshot.config.limits.requestBody.bytes),
            attempt != .tunnelling
        {
            return fail(.bodyTooLarge, outcome: .cancelled, &context, now, &actions)
        }
        switch attempt {
        case .collecting:
            if count > 0 { actions.append(.holdRequest) }
            phaseEnds = now.advanced(by: snapshot.config.timeouts.clientIdle)
            if isLast { admit(&context, now, &actions) }
        case .lookingAhead:
            if count > 0 { actions.append(.holdRequest) }
            phaseEnds = now.advanced(by: snapshot.config.timeouts.clientIdle)
            actions.append(.inspect)
        case .none, .identifying, .awaitingModel, .queued, .faulted, .delayed, .connecting:
            if count > 0 { actions.append(.holdRequest) }
            if !isLast, held.readableCount + count >= upstream.config.retry.replayBody.bytes {
                actions.append(.readRequest(false))
            }
        case .uploading, .awaiting, .answering, .tunnelling:
            isBodyReplayable = false
            isBodySpent = true
            actions.append(.forwardRequest(isLast: isLast))
            if isLast, attempt == .uploading { awaitAnswer(now) }
            if isLast, attempt == .answering, !hasFirstByte { phaseEnds = firstByteEnds(now) }
        case .over:
            break
        }
    }

    /// The caller's own deadline; without one, the configured total.
    private mutating func setDeadline(_ now: Instant) {
        let limit = Deadline(
            arrived: now,
            callerAllows: intent.timeout,
            total: snapshot.config.timeouts.total
        )
        deadline = limit.instant
    }

    /// Applies `faults`; `true` when the exchange goes no further for now.
    private mutating func inject(
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) -> Bool {
        guard let faults = snapshot.config.faults, matches(faults),
            context.random.unit() < faults.fraction
        else {
            return false
        }
        upstream.metrics.faultsInjected.add()
        if let delay = faults.delay {
            attempt = .faulted
            phaseEnds = now.advanced(by: delay)
            return true
        }
        if faults.abort != nil {
            refuse(.faultInjected, &context, now, &actions)
            return true
        }
        return false
    }

    /// The injected delay is over: abort if that was asked for too, else go on.
    mutating func faultOver(
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        attempt = .none
        phaseEnds = .distantFuture
        if snapshot.config.faults?.abort != nil {
            return refuse(.faultInjected, &context, now, &actions)
        }
        proceed(&context, now, &actions)
    }

    private mutating func matches(_ faults: FaultsConfig) -> Bool {
        let prefix = Array(faults.match.utf8)
        let path = request.path
        guard path.count >= prefix.count else { return false }
        return request.fields.withBytes { bytes in
            prefix.indices.allSatisfy { bytes[path.lowerBound + $0] == prefix[$0] }
        }
    }

    /// The value of `Max-Forwards`, when there is one.
    mutating func maxForwards() -> UInt64? {
        guard let value = request.fields.firstThatCame(.maxForwards) else { return nil }
        return request.fields.withBytes { $0.decimal(value) }
    }

    /// Answers in our own name what is no failure.
    mutating func answer(_ action: Action, _ now: Instant, _ actions: inout Actions) {
        attempt = .over
        answer = .complete
        record.status = 200
        record.finished = now
        actions.append(action)
        actions.append(.finish)
    }
}
