import Access
import Base
import Config
import Policy
import Reactor
import Telemetry
import Wire

@testable import Proxy

/// What the client does, and those who know its credential.
extension GatewaySimulation {
    func arrive(_ call: GatewayCall) {
        let plan = call.plan
        call.exchange.reset(
            snapshot: snapshot,
            upstream: 0,
            handle: call.id,
            at: now,
            wallClock: now.nanoseconds
        )
        call.exchange.upstream.metrics.activeRequests.add(1)
        parse(call)
        call.isWhole = plan.framing == .none
        if let wait = plan.leavesAfter {
            at(wait) {
                call.hasLeft = true
                self.deliver(.clientGone, to: call)
            }
        }
        deliver(.requestHead(isOverCapacity: false), to: call)
        if !call.isWhole { at(plan.gap) { self.sendPiece(call) } }
    }

    private func parse(_ call: GatewayCall) {
        let plan = call.plan
        var lines = ["\(plan.method) \(plan.path) HTTP/1.1", "host: api.example"]
        lines.append("x-outrider-identity: forged")
        if let credential = plan.credential { lines.append(credential) }
        if let timeout = plan.timeout { lines.append("x-outrider-timeout-ms: \(timeout)") }
        switch plan.framing {
        case .none: break
        case .length: lines.append("content-length: \(plan.body.count)")
        case .chunked: lines.append("transfer-encoding: chunked")
        }
        let text = Array((lines + ["", ""]).joined(separator: "\r\n").utf8)
        var scanned = 0
        let count = try? snapshot.requestParser.parse(
            text.span,
            scanned: &scanned,
            into: &call.exchange.request
        )
        expect(count == text.count, "the simulated head does not parse", call)
        call.exchange.intent = RequestIntent(
            call.exchange.request,
            isTrusted: false,
            isDoor: true,
            hashOn: nil
        )
        call.exchange.passage.client = UInt128(call.id)
        call.exchange.identify(peer: .ipv4(1, port: 1), &context)
    }

    func sendPiece(_ call: GatewayCall) {
        if call.isOver || call.hasLeft || call.isWhole { return }
        if call.isPaused {
            call.isHeldBack = true
            return
        }
        let body = call.plan.body
        let count = min(call.plan.pieceCount, body.count - call.sentCount)
        let piece = Array(body[call.sentCount..<call.sentCount + count])
        call.sentCount += count
        call.isWhole = call.sentCount == body.count
        deliver(.requestBody(count: count, isLast: call.isWhole), to: call, lending: piece)
        at(call.plan.gap) { self.sendPiece(call) }
    }

    /// The introspection endpoint answers, too late at times.
    func lookUp(_ call: GatewayCall) {
        let name = String((call.plan.credential ?? "").split(separator: " ").last ?? "")
        var outcome = LookUpOutcome.judged(.refused(.inactive))
        if let caller = callers[name] { outcome = .judged(.accepted(caller)) }
        if random.unit() < 0.1 { outcome = .unanswered }
        at(random.pick([.zero, .milliseconds(40), .seconds(6)])) {
            call.exchange.passage.outcome = outcome
            self.deliver(.lookedUp, to: call)
        }
    }
}

/// What sidecars do.
extension GatewaySimulation {
    func connect(_ call: GatewayCall) {
        expect(call.current == nil, "two connections at once", call)
        expect(!call.answerBegan, "asked another after the first byte", call)
        let current = GatewayTry(SidecarPlan(&random), service: call.exchange.upstream.name.service)
        call.tries.append(current)
        call.current = current
        links += 1
        call.exchange.link = links
        switch current.plan.opening {
        case .reused:
            current.isReady = true
            deliver(.upstreamReady(isReused: true), to: call)
        case .opens:
            later(.milliseconds(1), call) {
                $0.isReady = true
                self.deliver(.upstreamReady(isReused: false), to: call)
            }
        case .refused:
            later(.milliseconds(1), call) { _ in
                self.deliver(.upstreamFailed(.connectRefused), to: call)
                self.at(.milliseconds(500)) { self.bringUp() }
            }
        case .silent: break
        case .exhausted: deliver(.upstreamExhausted, to: call)
        }
    }

    /// Offers its kernel what gathered.
    func flush(_ call: GatewayCall) {
        guard let current = call.current else { return }
        current.isDirty = false
        if current.plan.isStale, case .reused = current.plan.opening {
            return later(.zero, call) { _ in
                self.deliver(.upstreamFailed(.staleConnection), to: call)
            }
        }
        current.wasSent = true
        call.exchange.noteSent(now)
        let isWhole = current.isWhole || call.plan.framing == .none
        guard !current.isAnswering, isWhole || current.plan.isEarly else { return }
        current.isAnswering = true
        later(current.plan.thinks, call) { self.answer(call, $0) }
    }

    private func answer(_ call: GatewayCall, _ current: GatewayTry) {
        var fields = ["content-length: 2"]
        if let load = current.plan.load { fields.append(load) }
        if let wait = current.plan.retryAfter { fields.append("retry-after: \(wait)") }
        switch current.plan.answer {
        case .silent: return
        case .reset: return deliver(.upstreamFailed(.reset), to: call)
        case .unprocessed:
            current.wasRefused = true
            respond(503, fields + ["x-outrider-processed: no"], call, current)
        case .failed(let status):
            let said = random.pick(["yes", "maybe", "NO"])
            respond(status, fields + ["x-outrider-processed: \(said)"], call, current)
        case .whole, .cut: respond(200, fields, call, current)
        }
        guard call.current === current, !call.isOver else { return }
        later(.milliseconds(1), call) { current in
            if case .cut = current.plan.answer {
                self.deliver(.upstreamFailed(.reset), to: call)
            } else {
                self.deliver(.responseBody(count: 2, isLast: true), to: call, lending: [1, 2])
            }
        }
    }

    private func respond(
        _ status: Int,
        _ fields: [String],
        _ call: GatewayCall,
        _ current: GatewayTry
    ) {
        let lines = ["HTTP/1.1 \(status) X"] + fields + ["", ""]
        let text = Array(lines.joined(separator: "\r\n").utf8)
        var scanned = 0
        let count = try? snapshot.responseParser.parse(
            text.span,
            scanned: &scanned,
            answering: call.exchange.request.method,
            into: &call.exchange.response
        )
        expect(count == text.count, "the simulated answer does not parse", call)
        current.hasAnswered = true
        deliver(.responseHead, to: call)
    }
}
