import Base
import Config
import Policy
import Telemetry
import Wire

@testable import Proxy

/// What the client does.
extension Simulation {
    func arrive(_ request: SimulatedRequest) {
        let plan = request.plan
        request.arrived = now
        request.exchange.reset(
            snapshot: snapshot,
            upstream: 0,
            handle: request.id,
            at: now,
            wallClock: now.nanoseconds
        )
        parseHead(request)
        alive.append(request)
        if let wait = plan.leavesAfter { at(wait) { self.leave(request) } }
        if !snapshot.config.boundsEverything { at(.seconds(300)) { self.leave(request) } }
        request.isWhole = plan.body.count == 0 && !isChunked(plan)
        deliver(.requestHead(isOverCapacity: plan.isOverCapacity), to: request)
        if request.isOver { return }
        if request.isWhole {
            halfClose(request)
        } else {
            at(plan.expectsContinue ? .seconds(1) : plan.gap) { self.pump(request) }
        }
    }

    private func isChunked(_ plan: ClientPlan) -> Bool {
        if case .chunked = plan.body { true } else { false }
    }

    private func parseHead(_ request: SimulatedRequest) {
        let plan = request.plan
        var lines = ["\(plan.method) /v1/models HTTP/1.1", "host: model"] + plan.fields
        if plan.method == "CONNECT" { lines[0] = "CONNECT model:80 HTTP/1.1" }
        switch plan.body {
        case .none: break
        case .length(let count): lines.append("content-length: \(count)")
        case .chunked: lines.append("transfer-encoding: chunked")
        }
        if plan.expectsContinue { lines.append("expect: 100-continue") }
        if plan.isUpgrade {
            lines += ["connection: upgrade", "upgrade: websocket", "sec-websocket-version: 13"]
            lines.append("sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==")
        }
        let text = Array((lines + ["", ""]).joined(separator: "\r\n").utf8)
        var scanned = 0
        let count = try? snapshot.requestParser.parse(
            text.span,
            scanned: &scanned,
            into: &request.exchange.request
        )
        expect(count == text.count, "the simulated head does not parse", request)
        request.exchange.intent = RequestIntent(
            request.exchange.request,
            isTrusted: true,
            hashOn: nil
        )
    }

    /// Begins to send the body, once.
    func pump(_ request: SimulatedRequest) {
        guard !request.isPumping, !request.isWhole, !request.isOver else { return }
        request.isPumping = true
        at(.zero) { self.sendPiece(request) }
    }

    func sendPiece(_ request: SimulatedRequest) {
        if request.isOver || request.hasLeft || request.isWhole { return }
        if request.isPaused {
            request.isHeldBack = true
            return
        }
        let plan = request.plan
        if let stalls = plan.stallsAt, request.sentCount >= stalls { return }
        if let breaks = plan.breaksAt, request.sentCount >= breaks {
            return deliver(.malformedBody, to: request)
        }
        let count = min(plan.pieceCount, request.body.count - request.sentCount)
        let piece = Array(request.body[request.sentCount..<request.sentCount + count])
        request.sentCount += count
        let isAll = request.sentCount == request.body.count
        let isLast = isAll && !(plan.isEndSeparate && isChunked(plan) && count > 0)
        request.isWhole = isLast
        deliver(.requestBody(count: count, isLast: isLast), to: request, lending: piece)
        if isLast { halfClose(request) } else { at(plan.gap) { self.sendPiece(request) } }
    }

    private func halfClose(_ request: SimulatedRequest) {
        guard let wait = request.plan.halfClosesAfter else { return }
        at(wait) {
            if request.isOver || request.hasLeft { return }
            request.hasHalfClosed = true
            self.deliver(.clientEnded, to: request)
        }
    }

    private func leave(_ request: SimulatedRequest) {
        if request.isOver { return }
        request.hasLeft = true
        deliver(.clientGone, to: request)
        expect(request.isOver, "goes on after its client has left", request)
    }
}

/// What the model does.
extension Simulation {
    /// Offers the model's kernel what gathered.
    func flush(_ request: SimulatedRequest) {
        guard let connection = request.connection else { return }
        connection.isDirty = false
        if connection.plan.isStale || operationFails() {
            later(.zero, request, connection) {
                let isStale = connection.isReused && !connection.hasAnswered
                self.break(request, isStale ? .staleConnection : .reset)
            }
            return
        }
        if !connection.wasSent {
            connection.wasSent = true
            request.sendings += 1
        }
        request.exchange.noteSent(now)
        let plan = connection.plan
        if let limit = plan.blocksAt, connection.received.count > limit, !connection.hasBlocked {
            connection.hasBlocked = true
            connection.isBlocked = true
            if let span = plan.blocksFor {
                later(span, request, connection) {
                    connection.isBlocked = false
                    self.tellBlocked(request, connection)
                    self.beginAnswer(request, connection)
                }
            }
        }
        tellBlocked(request, connection)
        beginAnswer(request, connection)
    }

    private func tellBlocked(_ request: SimulatedRequest, _ connection: SimulatedConnection) {
        if request.isOver || connection.isBlocked == request.exchange.isUpstreamBlocked { return }
        deliver(.upstreamBlocked(connection.isBlocked), to: request)
    }

    private func beginAnswer(_ request: SimulatedRequest, _ connection: SimulatedConnection) {
        if request.isOver || connection.isAnswering { return }
        let isWhole = connection.isWhole || request.exchange.request.framing == .none
        guard connection.plan.isEarly || (isWhole && !connection.isBlocked) else { return }
        if isWhole, connection.received != request.body, !connection.plan.isEarly {
            fail("the model got \(connection.received.count) of \(request.body.count)", request)
        }
        connection.isAnswering = true
        later(connection.plan.thinks, request, connection) { self.answer(request, connection) }
    }

    func `break`(_ request: SimulatedRequest, _ failure: AttemptFailure) {
        request.failure = failure
        deliver(.upstreamFailed(failure), to: request)
    }

    /// One step of the answer: an interim head, the head, or a piece of the body.
    func answer(_ request: SimulatedRequest, _ connection: SimulatedConnection) {
        if connection.isPaused {
            connection.isHeldBack = true
            return
        }
        let plan = connection.plan
        if let fault = plan.fault, fault.step == connection.step,
            connection.step > 0 || connection.interims == plan.interims
        {
            switch fault.kind {
            case .silence: return
            case .reset: return self.break(request, .reset)
            case .malformed: return self.break(request, .malformedResponse)
            }
        }
        if operationFails() { return self.break(request, .reset) }
        let isOver =
            connection.step == 0
            ? answerHead(request, connection) : answerPiece(request, connection)
        if isOver || connection.isSwitched { return }
        later(plan.gap, request, connection) { self.answer(request, connection) }
    }

    /// Sends the next head; `true` when nothing follows it.
    private func answerHead(_ request: SimulatedRequest, _ connection: SimulatedConnection) -> Bool
    {
        connection.hasAnswered = true
        if connection.interims < connection.plan.interims {
            connection.interims += 1
            parseResponse("HTTP/1.1 103 Early Hints\r\n\r\n", request)
            deliver(.interim, to: request)
            return false
        }
        connection.step = 1
        if request.plan.isUpgrade, connection.plan.status == 200 {
            connection.isSwitched = true
            parseResponse(
                "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n",
                request
            )
            request.headCount += 1
            deliver(.responseHead, to: request)
            runTunnel(request, connection)
            return false
        }
        parseResponse(headText(connection.plan), request)
        request.headCount += 1
        let isBodiless = request.exchange.response.framing == .none
        deliver(.responseHead, to: request)
        return isBodiless
    }

    private func headText(_ plan: ModelPlan) -> String {
        var text = "HTTP/1.1 \(plan.status) X\r\n"
        let isBodiless = plan.status == 204 || plan.status == 304
        switch plan.framing {
        case _ where isBodiless: break
        case .none: text += "content-length: 0\r\n"
        case .length: text += "content-length: \(plan.pieces * 100)\r\n"
        case .chunked: text += "transfer-encoding: chunked\r\n"
        case .untilClose: break
        }
        if let seconds = plan.retryAfter { text += "retry-after: \(seconds)\r\n" }
        return text + "\r\n"
    }

    private func parseResponse(_ text: String, _ request: SimulatedRequest) {
        let bytes = Array(text.utf8)
        var scanned = 0
        let count = try? snapshot.responseParser.parse(
            bytes.span,
            scanned: &scanned,
            answering: request.exchange.request.method,
            into: &request.exchange.response
        )
        expect(count == bytes.count, "the simulated answer does not parse", request)
    }

    /// Sends a piece of the body; `true` when it was the last.
    private func answerPiece(
        _ request: SimulatedRequest,
        _ connection: SimulatedConnection
    ) -> Bool {
        let plan = connection.plan
        let isEnd = connection.step > plan.pieces
        let isLast = isEnd || (connection.step == plan.pieces && plan.framing != .untilClose)
        let bytes = isEnd ? [] : [UInt8](repeating: 120, count: 100)
        connection.step += 1
        deliver(.responseBody(count: bytes.count, isLast: isLast), to: request, lending: bytes)
        return isLast
    }

    /// A few messages each way, then one side ends and the other follows.
    private func runTunnel(_ request: SimulatedRequest, _ connection: SimulatedConnection) {
        for index in 1...3 {
            let wait = Nanoseconds(connection.plan.gap.count * UInt64(index))
            later(wait, request, connection) {
                self.deliver(.responseBody(count: 2, isLast: false), to: request, lending: [1, 2])
                self.deliver(.requestBody(count: 1, isLast: false), to: request, lending: [1])
            }
        }
        let wait = Nanoseconds(connection.plan.gap.count * 4)
        endTunnel(request, byModel: connection.plan.endsTunnel, after: wait)
    }

    /// That side ends its direction of the tunnel.
    func endTunnel(
        _ request: SimulatedRequest,
        byModel: Bool,
        after wait: Nanoseconds = .milliseconds(3)
    ) {
        guard let connection = request.connection else { return }
        later(wait, request, connection) {
            if byModel {
                self.deliver(.upstreamEnded, to: request)
            } else if !request.hasHalfClosed {
                request.hasHalfClosed = true
                self.deliver(.clientEnded, to: request)
            }
        }
    }
}

/// What the operator does.
extension Simulation {
    /// Announces a drain, refuses two seconds later, and cuts what is left after three more.
    func drain(at wait: Nanoseconds) {
        at(wait) {
            self.isDraining = true
            for worker in self.workers { worker.context.isDraining = true }
        }
        at(wait + .seconds(2)) {
            for worker in self.workers { worker.context.isRefusing = true }
        }
        at(wait + .seconds(5)) {
            for request in self.alive { self.deliver(.drainTimedOut, to: request) }
        }
    }
}
