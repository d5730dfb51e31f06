import Access
import Base
import Config
import Policy
import Reactor
import Synchronization
import Telemetry
import Testing
import Wire

@testable import Proxy

/// Requests at a gateway, one after another, told events by hand on a virtual clock.
///
/// Does with bytes what the worker does, and yields in words what the exchange asked for.
final class PlayedGateway {
    /// Unix seconds at which the virtual clock is zero.
    static let epoch: UInt64 = 1_700_000_000

    let cells = MetricCells(version: "0")
    let snapshot: Snapshot
    var exchange: Exchange
    var context: ExchangeContext
    var now = Instant(nanoseconds: 1_000_000_000_000)
    /// The address of the client.
    var client: UInt128 = 0xffff_0a00_0009
    /// Heads as they went to sidecars, and where each went.
    var heads: [String] = []
    var places: [String] = []
    /// Body bytes that went to the sidecar that was asked last.
    var body: [UInt8] = []
    /// What the client got.
    var answer = ""
    private var lent: [UInt8] = []

    var upstream: Upstream { exchange.upstream }
    var record: RequestRecord { exchange.record }

    var gateway: Gateway {
        get throws {
            guard let gateway = snapshot.gateway else {
                throw WrongRole()
            }
            return gateway
        }
    }

    private struct WrongRole: Error {}

    init(_ change: (inout GatewayConfig) -> Void = { _ in }) {
        let config = GatewayConfig.played(change)
        snapshot = Snapshot.build(.gateway(config), after: nil, cells: cells, now: now)
        exchange = Exchange(snapshot: snapshot)
        context = ExchangeContext(snapshot: snapshot, worker: 0, seed: 1)
        let now = now
        for upstream in snapshot.upstreams {
            upstream.state.withLock { state in
                state.isChecked = true
                for index in state.endpoints.indices {
                    state.endpoints[index].health.checkSucceeded(now: now)
                }
            }
        }
    }

    /// A head comes in: of `ann`, unless it bears another credential.
    @discardableResult
    func ask(
        _ line: String = "GET /v1/chat/a",
        _ fields: [String] = ["x-api-key: \(KeyRecord.key("ann"))"]
    ) throws -> String {
        let wallClock = now.nanoseconds + Self.epoch * 1_000_000_000
        exchange.reset(snapshot: snapshot, upstream: 0, handle: 1, at: now, wallClock: wallClock)
        upstream.metrics.activeRequests.add(1)
        heads = []
        places = []
        body = []
        answer = ""
        let lines = ["\(line) HTTP/1.1", "host: api.example"] + fields + ["", ""]
        let text = lines.joined(separator: "\r\n")
        var scanned = 0
        let count = try snapshot.requestParser.parse(
            Array(text.utf8).span,
            scanned: &scanned,
            into: &exchange.request
        )
        try #require(count == text.utf8.count)
        exchange.readIdentity(&context)
        exchange.intent = RequestIntent(
            exchange.request,
            isTrusted: exchange.isTrusted(peer: false),
            isDoor: true,
            hashOn: upstream.hashOn
        )
        exchange.passage.client = client
        exchange.identify(peer: .ipv4(0x0a00_0009, port: 9), &context)
        return tell(.requestHead(isOverCapacity: false))
    }

    /// A part of the body comes in.
    @discardableResult
    func send(_ text: String, isLast: Bool = true) -> String {
        send(Array(text.utf8), isLast: isLast)
    }

    @discardableResult
    func send(_ bytes: [UInt8], isLast: Bool = true) -> String {
        lent = bytes
        defer { lent = [] }
        return tell(.requestBody(count: bytes.count, isLast: isLast))
    }

    /// A sidecar's head comes.
    func respond(_ status: Int, _ fields: [String] = ["content-length: 0"]) throws -> String {
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

    /// The sidecar refuses: no byte of the request reached its model.
    func refuse(_ fields: [String] = []) throws -> String {
        try respond(503, ["content-length: 0", "x-outrider-processed: no"] + fields)
    }

    /// The connection opens, head and held bytes are sent.
    @discardableResult
    func open(isReused: Bool = false) -> String { tell(.upstreamReady(isReused: isReused)) }

    /// Lets so many milliseconds pass, then tells the event; yields the actions in words.
    @discardableResult
    func tell(_ event: Event, after milliseconds: UInt64 = 0) -> String {
        now = now.advanced(by: .milliseconds(milliseconds))
        return words(event).joined(separator: ", ")
    }

    /// Tells what came of asking about the credential.
    @discardableResult
    func tell(_ outcome: LookUpOutcome) -> String {
        exchange.passage.outcome = outcome
        return tell(.lookedUp)
    }

    private func words(_ event: Event) -> [String] {
        var actions = Actions()
        exchange.handle(event, context: &context, now: now, actions: &actions)
        var words: [String] = []
        for index in 0..<actions.count { words += perform(actions[index]) }
        return words
    }
}

// What the worker does.
extension PlayedGateway {
    private func perform(_ action: Action) -> [String] {
        switch action {
        case .lookUp:
            if case .keySet(let issuer)? = exchange.passage.lookup { return ["look up \(issuer)"] }
            return ["introspect"]
        case .inspect: return ["inspect"] + words(.inspect)
        case .connect:
            exchange.link = 1
            places.append("\(upstream.name)/\(exchange.grant?.endpoint ?? -1)")
            return ["connect"]
        case .releaseUpstream(let isReusable):
            exchange.link = 0
            return [isReusable ? "reuse" : "release"]
        case .holdRequest:
            exchange.held.append(lent)
            return ["hold"]
        case .sendRequestHead: return [sendHead()]
        case .sendHeld:
            body += exchange.held.withReadable { $0.array(0..<$0.count) }
            if !exchange.isBodyReplayable { exchange.held.clear() }
            return ["held"]
        case .forwardRequest(let isLast):
            body += lent
            return [isLast ? "last" : "forward"]
        case .readRequest(let isWanted): return [isWanted ? "read" : "pause"]
        case .sendContinue: return ["continue"]
        case .finish: return [finish()]
        default: return [say(action)]
        }
    }

    private func sendHead() -> String {
        var output = ByteBuffer()
        let identity = exchange.signedIdentity(&context, now)
        exchange.appendRequest(
            from: RequestOrigin(peer: .ipv4(0x0a00_0009, port: 9), isTrusted: false),
            spanID: 1,
            identity: identity,
            now: now,
            &context.origins,
            to: &output
        )
        heads.append(output.withReadable { $0.text(0..<$0.count) })
        exchange.noteSent(now)
        body = []
        return "head"
    }

    /// What the client hears.
    private func say(_ action: Action) -> String {
        var output = ByteBuffer()
        defer { answer += output.withReadable { $0.text(0..<$0.count) } }
        switch action {
        case .reply(let reason):
            exchange.appendReply(reason, isClosing: false, date: [], to: &output)
            return "reply \(reason.code)"
        case .listModels:
            exchange.appendModels(isClosing: false, date: [], to: &output)
            return "models"
        case .sendResponseHead:
            exchange.appendResponse(
                framing: exchange.answerFraming,
                isClosing: false,
                isTrusted: false,
                date: InlineBytes(),
                to: &output
            )
            return "answerHead"
        case .abortResponse(let reason): return "abort \(reason.code)"
        case .forwardResponse(let isLast): return isLast ? "answerLast" : "answer"
        case .answerOptions: return "options"
        default: return "?"
        }
    }

    private func finish() -> String {
        upstream.metrics.activeRequests.add(-1)
        upstream.metrics.observe(&exchange.record)
        if let gateway = snapshot.gateway {
            gateway.count(exchange.record, upstream.index == 0 ? nil : upstream)
        }
        return "finish"
    }
}

// What the tests ask.
extension PlayedGateway {
    /// Requests active, slots taken, retries and attempts in flight, over all upstreams.
    var leaks: [Int] {
        let sums = snapshot.upstreams.map { upstream in
            upstream.state.withLock { state in
                [
                    upstream.metrics.activeRequests.value, state.admission.inFlight,
                    state.budget.inFlight, state.endpoints.reduce(0) { $0 + $1.inFlight },
                ]
            }
        }
        return (0..<4).map { place in sums.reduce(0) { $0 + abs($1[place]) } }
    }

    /// Nothing is held any more.
    static let nothing = [0, 0, 0, 0]

    /// Values of the field of that name in the head that was sent last.
    func sent(_ name: String) -> [String] {
        lines(of: heads.last ?? "", name)
    }

    /// Values of the field of that name in what the client got.
    func got(_ name: String) -> [String] { lines(of: answer, name) }

    private func lines(of head: String, _ name: String) -> [String] {
        head.split(separator: "\r\n").filter { $0.hasPrefix("\(name): ") }.map {
            String($0.dropFirst(name.count + 2))
        }
    }

    /// Where the request has gone: service, version and endpoint.
    var place: String { places.last ?? "nowhere" }

    /// Opens breakers of the upstream named so.
    func openBreaker(of name: String) throws {
        let upstream = try #require(snapshot.upstreams.first { "\($0.name)" == name })
        var random = RandomSource(seed: 1)
        let now = now
        upstream.state.withLock { state in
            for index in state.endpoints.indices {
                for _ in 0..<upstream.config.breaker.consecutiveFailures {
                    state.endpoints[index].breaker.record(
                        .failure,
                        admission: .admitted,
                        now: now,
                        random: &random
                    )
                }
            }
        }
    }
}
