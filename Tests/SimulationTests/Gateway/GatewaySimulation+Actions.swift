import Base
import Config
import Policy
import Reactor
import Telemetry
import Wire

@testable import Proxy

/// What the worker would do with sockets.
extension GatewaySimulation {
    func perform(_ action: Action, for call: GatewayCall, lending bytes: [UInt8]) {
        switch action {
        case .lookUp: lookUp(call)
        case .inspect: deliver(.inspect, to: call)
        case .connect: connect(call)
        case .sendRequestHead: sendHead(call)
        case .sendHeld: sendHeld(call)
        case .holdRequest: call.exchange.held.append(bytes)
        case .forwardRequest(let isLast): receive(bytes, isLast: isLast, call)
        case .readRequest(let isWanted):
            call.isPaused = !isWanted
            if isWanted, call.isHeldBack {
                call.isHeldBack = false
                at(.zero) { self.sendPiece(call) }
            }
        case .sendResponseHead:
            expect(!call.answerBegan, "two answers", call)
            call.answerBegan = true
        case .forwardResponse(let isLast):
            expect(call.answerBegan && !call.answerEnded, "a body out of place", call)
            call.answerEnded = isLast
        case .reply(let reason):
            expect(!call.answerBegan, "our answer behind a sidecar's", call)
            call.answerBegan = true
            call.reply = reason
        case .listModels:
            call.answerBegan = true
            call.answerEnded = true
        case .abortResponse(let reason):
            expect(call.answerBegan || reason == .clientGone, "nothing to abort", call)
            call.abort = reason
        case .releaseUpstream:
            call.current = nil
            call.exchange.link = 0
        case .finish: finish(call)
        case .sendContinue, .endRequest, .sendInterim, .endResponse, .readResponse,
            .answerOptions:
            expect(false, "\(action) was not asked for", call)
        }
    }

    private func sendHead(_ call: GatewayCall) {
        expect(call.current?.isReady == true, "a head without a connection", call)
        call.current?.isDirty = true
        var output = ByteBuffer()
        let identity = call.exchange.signedIdentity(&context, now)
        call.exchange.appendRequest(
            from: RequestOrigin(peer: .ipv4(1, port: 1), isTrusted: false),
            spanID: 1,
            identity: identity,
            now: now,
            &context.origins,
            to: &output
        )
        let lines = output.withReadable { $0.text(0..<$0.count) }.split(separator: "\r\n")
        let identities = lines.count { $0.hasPrefix("x-outrider-identity: ") }
        expect(identities == 1, "\(identities) identities", call)
        expect(!lines.contains { $0.hasSuffix("forged") }, "a forged identity", call)
        expect(!lines.contains { $0.hasPrefix("api-key") }, "the credential went on", call)
    }

    private func sendHeld(_ call: GatewayCall) {
        let held = call.exchange.held.withReadable { $0.array(0..<$0.count) }
        let isLast = call.exchange.requestSide == .complete
        if !call.exchange.isBodyReplayable { call.exchange.held.clear() }
        receive(held, isLast: isLast, call)
    }

    private func receive(_ bytes: [UInt8], isLast: Bool, _ call: GatewayCall) {
        guard let current = call.current, current.isReady else {
            return expect(false, "a body without a connection", call)
        }
        expect(!current.isWhole, "body bytes after the last", call)
        current.received += bytes
        current.isWhole = isLast
        current.isDirty = true
        let isPrefix = call.plan.body.starts(with: current.received)
        expect(isPrefix, "a sidecar got other bytes than the client sent", call)
        expect(!isLast || current.received == call.plan.body, "a body cut short", call)
    }

    private func finish(_ call: GatewayCall) {
        expect(!call.isOver, "finished twice", call)
        call.isOver = true
        call.current = nil
        call.exchange.upstream.metrics.activeRequests.add(-1)
        if Set(call.tries.map(\.service)).count > 1 { standInCount += 1 }
        judge(call)
    }
}
