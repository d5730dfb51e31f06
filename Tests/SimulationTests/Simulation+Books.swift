import Base
import Config
import Policy
import Synchronization
import Telemetry
import Wire

@testable import Proxy

/// What must hold after every event, at each ending, and when all is over.
extension Simulation {
    func check() {
        let books = upstream.state.withLock { state in
            (
                slots: state.admission.inFlight,
                retries: state.budget.inFlight,
                inFlight: state.endpoints.map(\.inFlight)
            )
        }
        var slots = grantsInMail
        var retries = 0
        var inFlight = books.inFlight.map { _ in 0 }
        for request in alive {
            slots += request.exchange.holdsSlot ? 1 : 0
            retries += request.exchange.isRetrying ? 1 : 0
            if let grant = request.exchange.grant { inFlight[grant.endpoint] += 1 }
            check(request)
        }
        let admission = upstream.config.admission
        if !admission.shadow, books.slots > admission.concurrency { fail("too many slots") }
        if books.slots != slots { fail("\(books.slots) slots are taken, \(slots) are held") }
        if books.retries != retries { fail("\(books.retries) retries counted, not \(retries)") }
        if books.inFlight != inFlight { fail("\(books.inFlight) in flight, not \(inFlight)") }
    }

    private func check(_ request: SimulatedRequest) {
        if let connection = request.connection, connection.isReady {
            expect(
                connection.isPaused == request.exchange.isDownstreamBlocked,
                "reading of the answer does not follow the client",
                request
            )
        }
        if request.exchange.attempt == .uploading, request.exchange.isUpstreamBlocked {
            expect(request.isPaused, "reads a body that the model does not take", request)
        }
        let bound = upstream.config.retry.replayBody.bytes + request.plan.pieceCount
        expect(request.exchange.held.readableCount <= bound, "holds too much", request)
    }

    /// Whether the way it ended fits what happened.
    func judge(_ request: SimulatedRequest) {
        let record = request.exchange.record
        expect(record.finished == now, "no end in the record", request)
        expect(record.attempts == request.attempts, "attempts miscounted", request)
        judgeProcessed(request, record)
        judgeRepeats(request)
        guard let reason = record.reason else {
            expect(request.reply == nil && request.abort == nil, "no reason", request)
            return judgeAnswer(request, record)
        }
        if request.abort == nil {
            let status = LocalReply.status(of: reason, snapshot.config)
            expect(request.reply == reason, "\(reason) was not said", request)
            expect(record.status == status, "\(reason) with status \(record.status)", request)
        } else {
            expect(request.abort == reason && record.isAborted, "\(reason) not aborted", request)
        }
        expect(isPlausible(reason, request), "ended by \(reason), which fits nothing", request)
    }

    private func judgeProcessed(_ request: SimulatedRequest, _ record: RequestRecord) {
        let processed: Processed =
            request.headCount > 0 ? .yes : request.sendings > 0 ? .maybe : .no
        if record.processed != processed {
            fail("processed is \(record.processed), not \(processed)", request)
        }
    }

    private func judgeRepeats(_ request: SimulatedRequest) {
        let retry = upstream.config.retry
        expect(request.attempts <= retry.attempts, "too many attempts", request)
        let isVouchedFor =
            request.exchange.request.method.isIdempotent || retry.nonIdempotent
            || (retry.trustIdempotencyKey && request.exchange.intent.hasIdempotencyKey)
        expect(request.sendings <= 1 || isVouchedFor, "sent to the model twice", request)
    }

    private func judgeAnswer(_ request: SimulatedRequest, _ record: RequestRecord) {
        expect(request.answerBegan, "ended without an answer", request)
        if request.exchange.isTunnel || request.headCount == 0 { return }
        let isBodiless = request.exchange.response.framing == .none
        expect(request.answerEnded || isBodiless, "the answer is cut short", request)
        expect(record.status == request.exchange.response.status, "a false status", request)
        expect(Int(record.bytesOut) == request.receivedCount, "bytes miscounted", request)
    }

    private func isPlausible(_ reason: Reason, _ request: SimulatedRequest) -> Bool {
        let config = snapshot.config
        let waited = now.since(request.arrived)
        let plan = request.plan
        switch reason {
        case .malformedRequest: return plan.breaksAt != nil
        case .methodNotAllowed: return plan.method == "CONNECT" || plan.method == "TRACE"
        case .requestTimeout: return waited >= config.timeouts.clientIdle && !request.isWhole
        case .bodyTooLarge: return plan.body.count > config.limits.requestBody.bytes
        case .draining: return isDraining
        case .queueTimeout: return waited >= upstream.config.admission.queueTimeout
        case .overCapacity: return plan.isOverCapacity || request.isExhausted
        case .connectRefused: return request.failure == .connectRefused
        case .connectTimeout: return waited >= config.timeouts.connect || failAt != nil
        case .firstByteTimeout: return isSilent(request, for: waited)
        case .idleTimeout: return config.timeouts.idle.map { waited >= $0 } ?? true
        case .deadlineExceeded:
            return config.timeouts.total != nil || request.exchange.intent.timeout != nil
        case .upstreamReset:
            return request.failure == .reset || request.failure == .staleConnection
        case .upstreamProtocolError: return request.failure == .malformedResponse
        case .faultInjected: return config.faults?.abort != nil
        case .clientGone:
            let mayBeHalfClosed = request.hasHalfClosed && !request.exchange.isTunnel
            return request.hasLeft || mayBeHalfClosed || plan.blocking > 0
        case .starting, .breakerOpen, .queueFull, .noHealthyEndpoint: return true
        default: return false
        }
    }

    /// Whether the model was silent for long enough though it had been sent everything.
    private func isSilent(_ request: SimulatedRequest, for wait: Nanoseconds) -> Bool {
        let timeouts = snapshot.config.timeouts
        guard let connection = request.lastConnection, connection.wasSent else { return false }
        let hasBody = request.exchange.request.framing != .none
        if request.isWhole, hasBody, !connection.isWhole { return false }
        let patience = min(timeouts.firstByte ?? .seconds(300), timeouts.idle ?? .seconds(300))
        return wait >= patience
    }

    /// When nothing is left to happen, everything has ended and was given back.
    func checkEnd() {
        for request in alive {
            fail("hangs in \(request.exchange.attempt)", request)
        }
        if endedCount != requests.count { fail("\(endedCount) of \(requests.count) ended") }
        check()
        let now = now
        upstream.state.withLock { state in
            if state.admission.depth != 0 { fail("\(state.admission.depth) still wait") }
            for endpoint in state.endpoints where endpoint.breaker.state == .halfOpen {
                if !endpoint.breaker.mayAdmit(now: now) { fail("a probe is lost") }
            }
        }
    }
}
