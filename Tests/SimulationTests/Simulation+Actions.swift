import Base
import Config
import Policy
import Telemetry
import Wire

@testable import Proxy

/// What the worker would do with sockets.
extension Simulation {
    func perform(_ action: Action, for request: SimulatedRequest, lending bytes: [UInt8]) {
        switch action {
        case .lookUp, .inspect, .listModels: expect(false, "a gateway's action", request)
        case .sendContinue: pump(request)
        case .connect: connect(request)
        case .sendRequestHead:
            expect(request.connection?.isReady == true, "a head without a connection", request)
            request.connection?.isDirty = true
        case .sendHeld: sendHeld(request)
        case .holdRequest: request.exchange.held.append(bytes)
        case .forwardRequest(let isLast): receive(bytes, isLast: isLast, from: request)
        case .endRequest: endTunnel(request, byModel: true)
        case .readRequest(let isWanted):
            request.isPaused = !isWanted
            if isWanted, request.isHeldBack {
                request.isHeldBack = false
                at(.zero) { self.sendPiece(request) }
            }
        case .sendInterim:
            expect(!request.answerBegan, "an interim answer after the final head", request)
            pump(request)
            block(request)
        case .sendResponseHead:
            expect(!request.answerBegan, "two answers", request)
            request.answerBegan = true
            block(request)
        case .forwardResponse(let isLast):
            expect(request.answerBegan && !request.answerEnded, "a body out of place", request)
            request.receivedCount += bytes.count
            request.answerEnded = isLast
            block(request)
        case .endResponse: endTunnel(request, byModel: false)
        case .readResponse(let isWanted): readResponse(request, isWanted)
        case .reply(let reason):
            expect(!request.answerBegan, "our answer behind the model's", request)
            request.answerBegan = true
            request.reply = reason
        case .answerOptions:
            request.answerBegan = true
            request.answerEnded = true
        case .abortResponse(let reason):
            expect(request.answerBegan || reason == .clientGone, "nothing to abort", request)
            request.abort = reason
        case .releaseUpstream(let isReusable): release(request, isReusable)
        case .finish: finish(request)
        }
    }

    func expect(_ isTrue: Bool, _ text: String, _ request: SimulatedRequest) {
        if !isTrue { fail(text, request) }
    }

    private func connect(_ request: SimulatedRequest) {
        expect(request.exchange.grant != nil, "a connection without a grant", request)
        expect(!request.answerBegan, "retried after the first response byte", request)
        expect(request.connection == nil, "two connections at once", request)
        request.attempts += 1
        let plan = modelPlan ?? ModelPlan(random: &random, traits: traits)
        let connection = SimulatedConnection(plan)
        request.connection = connection
        request.exchange.link = nextLink()
        request.lastConnection = connection
        if operationFails() { return self.break(request, .connectTimeout) }
        switch plan.opening {
        case .reused:
            connection.isReady = true
            connection.isReused = true
            deliver(.upstreamReady(isReused: true), to: request)
        case .opens(let wait):
            later(wait, request, connection) {
                connection.isReady = true
                self.deliver(.upstreamReady(isReused: false), to: request)
            }
        case .refused(.zero):
            refuse(request)
        case .refused(let wait):
            later(wait, request, connection) { self.refuse(request) }
        case .silent:
            break
        case .exhausted:
            request.isExhausted = true
            deliver(.upstreamExhausted, to: request)
        }
    }

    /// Nobody listens; a check finds the model up again a second later.
    private func refuse(_ request: SimulatedRequest) {
        request.refusals += 1
        request.failure = .connectRefused
        deliver(.upstreamFailed(.connectRefused), to: request)
        if isProbing { return }
        isProbing = true
        at(.seconds(1)) {
            self.isProbing = false
            self.bringUp()
        }
    }

    /// Does `work` if the connection is still the request's by then.
    func later(
        _ wait: Nanoseconds,
        _ request: SimulatedRequest,
        _ connection: SimulatedConnection,
        _ work: @escaping () -> Void
    ) {
        at(wait) {
            if request.connection === connection, !request.isOver { work() }
        }
    }

    private func sendHeld(_ request: SimulatedRequest) {
        let held = request.exchange.held.withReadable { $0.array(0..<$0.count) }
        let isLast = request.exchange.requestSide == .complete
        if !request.exchange.isBodyReplayable { request.exchange.held.clear() }
        receive(held, isLast: isLast, from: request)
    }

    private func receive(_ bytes: [UInt8], isLast: Bool, from request: SimulatedRequest) {
        guard let connection = request.connection, connection.isReady else {
            return fail("a body without a connection", request)
        }
        expect(!connection.isWhole, "body bytes after the last", request)
        connection.received += bytes
        connection.isWhole = connection.isWhole || isLast
        connection.isDirty = true
        if !connection.isSwitched {
            let isPrefix = request.body.starts(with: connection.received)
            expect(isPrefix, "the model got other bytes than the client sent", request)
        }
    }

    private func readResponse(_ request: SimulatedRequest, _ isWanted: Bool) {
        guard let connection = request.connection else { return }
        connection.isPaused = !isWanted
        if isWanted, connection.isHeldBack {
            connection.isHeldBack = false
            later(.zero, request, connection) { self.answer(request, connection) }
        }
    }

    private func release(_ request: SimulatedRequest, _ isReusable: Bool) {
        if isReusable, let connection = request.connection, !connection.isSwitched {
            let isDone = request.answerEnded || request.exchange.response.framing == .none
            expect(isDone, "a connection reused in mid-answer", request)
        }
        request.connection = nil
        request.exchange.link = 0
    }

    private func finish(_ request: SimulatedRequest) {
        expect(!request.isOver, "finished twice", request)
        request.isOver = true
        request.connection = nil
        endedCount += 1
        alive.removeAll { $0 === request }
        judge(request)
    }

    /// The client stops reading for a while, as it was told to.
    private func block(_ request: SimulatedRequest) {
        guard request.plan.blocking > 0, random.unit() < request.plan.blocking else { return }
        at(.zero) {
            self.deliver(.downstreamBlocked(true), to: request)
            guard let span = request.plan.blocksFor else { return }
            self.at(span) { self.deliver(.downstreamBlocked(false), to: request) }
        }
    }
}
