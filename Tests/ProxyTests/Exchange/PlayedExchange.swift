import Base
import Config
import Policy
import Synchronization
import Telemetry
import Testing
import Wire

@testable import Proxy

/// One exchange over a real upstream, told events by hand on a virtual clock.
///
/// Does with bytes what the worker does, and yields in words what the exchange asked for.
final class PlayedExchange {
    static let cells = MetricCells(version: "0")

    var exchange: Exchange
    var context: ExchangeContext
    let snapshot: Snapshot
    var now = Instant(nanoseconds: 1_000_000_000_000)
    /// Whether the model's connection takes what is sent to it.
    var isSending = true
    /// Everything that went to the model's connections.
    var sent: [Int] = []

    var upstream: Upstream { exchange.upstream }

    init(
        _ head: String = "GET / HTTP/1.1",
        _ fields: [String] = [],
        hasHost: Bool = true,
        _ change: (inout SidecarConfig) -> Void = { _ in }
    ) throws {
        var config = SidecarConfig()
        config.upstream.retry.backoffBase = .zero
        change(&config)
        snapshot = Snapshot.build(.sidecar(config), after: nil, cells: Self.cells, now: now)
        exchange = Exchange(snapshot: snapshot)
        context = ExchangeContext(snapshot: snapshot, worker: 0, seed: 1)
        exchange.reset(snapshot: snapshot, upstream: 0, handle: 1, at: now, wallClock: 0)
        try parse(head, hasHost ? ["host: model"] + fields : fields)
        load()
    }

    private func parse(_ head: String, _ fields: [String]) throws {
        let text = ([head] + fields + ["", ""]).joined(separator: "\r\n")
        var scanned = 0
        let count = try snapshot.requestParser.parse(
            Array(text.utf8).span,
            scanned: &scanned,
            into: &exchange.request
        )
        try #require(count == text.utf8.count)
        exchange.intent = RequestIntent(exchange.request, isTrusted: true, hashOn: nil)
    }

    /// The model is found loaded at every endpoint.
    func load() {
        let now = now
        upstream.state.withLock { state in
            state.isChecked = true
            for index in state.endpoints.indices {
                state.endpoints[index].health.checkSucceeded(now: now)
            }
        }
    }

    /// Takes every slot, so that the exchange has to wait.
    func fillSlots() {
        let limit = upstream.config.admission.concurrency
        for index in 0..<limit {
            let ticket = AdmissionQueue.Ticket(worker: 9, exchange: UInt64(index))
            _ = upstream.state.withLock { state in
                state.admission.request(ticket, priority: 3, deadline: nil, now: now)
            }
        }
    }

    /// Reads the model's head into the exchange.
    func respond(_ status: Int, _ fields: [String] = ["content-length: 2"]) throws -> String {
        let text = (["HTTP/1.1 \(status) X"] + fields + ["", ""]).joined(separator: "\r\n")
        var scanned = 0
        _ = try snapshot.responseParser.parse(
            Array(text.utf8).span,
            scanned: &scanned,
            answering: exchange.request.method,
            into: &exchange.response
        )
        return tell(.responseHead)
    }

    /// Lets so many milliseconds pass, then tells the event; yields the actions in words.
    @discardableResult
    func tell(_ event: Event, after milliseconds: UInt64 = 0) -> String {
        now = now.advanced(by: .milliseconds(milliseconds))
        var actions = Actions()
        exchange.handle(event, context: &context, now: now, actions: &actions)
        var count = 0
        if case .requestBody(let lent, _) = event { count = lent }
        var words: [String] = []
        for index in 0..<actions.count {
            words.append(perform(actions[index], lent: count))
        }
        return words.joined(separator: ", ")
    }

    @discardableResult
    func begin() -> String { tell(.requestHead(isOverCapacity: false)) }

    /// Begins, and has the connection to the model open; the head is sent.
    func beginAndConnect(isReused: Bool = false) {
        begin()
        tell(.upstreamReady(isReused: isReused))
    }

    private func perform(_ action: Action, lent count: Int) -> String {
        switch action {
        case .lookUp: return "look up"
        case .inspect: return "inspect"
        case .listModels: return "models"
        case .connect:
            exchange.link = 1
            return "connect"
        case .releaseUpstream(let isReusable):
            exchange.link = 0
            return isReusable ? "reuse" : "release"
        case .holdRequest:
            exchange.held.append([UInt8](repeating: 1, count: count))
            return "hold"
        case .sendRequestHead:
            take(0)
            return "head"
        case .sendHeld:
            take(exchange.held.readableCount)
            if !exchange.isBodyReplayable { exchange.held.clear() }
            return "held"
        case .forwardRequest(let isLast):
            take(count)
            return isLast ? "last" : "forward"
        case .reply(let reason): return "reply \(reason.code)"
        case .abortResponse(let reason): return "abort \(reason.code)"
        case .readRequest(let isWanted): return isWanted ? "read" : "pause"
        case .readResponse(let isWanted): return isWanted ? "readResponse" : "pauseResponse"
        case .forwardResponse(let isLast): return isLast ? "answerLast" : "answer"
        case .sendResponseHead: return "answerHead"
        case .sendContinue: return "continue"
        case .sendInterim: return "interim"
        case .endRequest: return "endRequest"
        case .endResponse: return "endResponse"
        case .answerOptions: return "options"
        case .finish: return "finish"
        }
    }

    private func take(_ count: Int) {
        sent.append(count)
        if isSending { exchange.noteSent(now) }
    }

    /// Slots taken, retries and attempts in flight: all zero when nothing leaked.
    var leaks: [Int] {
        upstream.state.withLock { state in
            [state.admission.inFlight, state.budget.inFlight]
                + state.endpoints.map(\.inFlight)
        }
    }
}
