import Base
import Policy
import Telemetry

@testable import Proxy

/// One request at a simulated gateway: what its client does, and what all sides have seen.
final class GatewayCall {
    var exchange: Exchange
    let id: UInt64
    let plan: CallPlan
    var timerAt = Instant.distantFuture

    // The client.
    var sentCount = 0
    var isWhole = false
    var isPaused = false
    var isHeldBack = false
    var hasLeft = false

    // What was seen.
    var isOver = false
    var tries: [GatewayTry] = []
    var reply: Reason?
    var abort: Reason?
    var answerBegan = false
    var answerEnded = false

    /// The try at hand, as long as its connection is the call's.
    var current: GatewayTry?

    init(_ plan: CallPlan, id: UInt64, snapshot: Snapshot) {
        self.plan = plan
        self.id = id
        exchange = Exchange(snapshot: snapshot)
    }
}

/// What one client does.
struct CallPlan {
    enum Framing {
        case none
        case length
        case chunked
    }

    var arrives: Nanoseconds
    var method: String
    var path: String
    var credential: String?
    var framing = Framing.none
    var body: [UInt8] = []
    var pieceCount: Int
    var gap: Nanoseconds
    var leavesAfter: Nanoseconds?
    var timeout: Int?

    init(_ random: inout RandomSource) {
        arrives = .milliseconds(random.below(3_000))
        method = random.pick(["GET", "POST", "POST", "POST", "PUT"])
        path = random.pick([
            "/chat", "/chat", "/chat/a%62", "/any", "/models", "/v1/models", "/x//",
        ])
        credential = random.pick(["api-key: good", "api-key: good", "api-key: few", "api-key: bad"])
        if random.unit() < 0.1 { credential = nil }
        pieceCount = random.pick([7, 300, 20_000, 70_000])
        gap = random.pick([.zero, .milliseconds(2), .milliseconds(80)])
        if random.unit() < 0.15 { leavesAfter = .milliseconds(random.pick([0, 5, 90, 1_500])) }
        if random.unit() < 0.15 { timeout = random.pick([1, 60, 900]) }
        if method == "GET" { return }
        framing = random.pick([.length, .length, .chunked])
        let model = random.pick(["llama", "other", "none"])
        let filling = random.pick([0, 50, 5_000, 40_000, 90_000])
        let text = String(repeating: "x", count: filling)
        body = Array(#"{"text":"\#(text)","model":"\#(model)"}"#.utf8)
        if random.unit() < 0.1 { body = Array(#"{"model":"a","model":"b"}"#.utf8) }
        if body.count > 1_000 { pieceCount = max(pieceCount, 900) }
    }
}

/// One try at a sidecar.
final class GatewayTry {
    let plan: SidecarPlan
    let service: String
    var isReady = false
    var isDirty = false
    /// Its kernel has taken a byte.
    var wasSent = false
    /// It said that its model saw nothing.
    var wasRefused = false
    var isAnswering = false
    var hasAnswered = false
    var isWhole = false
    var received: [UInt8] = []

    init(_ plan: SidecarPlan, service: String) {
        self.plan = plan
        self.service = service
    }
}

/// What a sidecar does with one try.
struct SidecarPlan {
    enum Opening {
        case reused
        case opens
        case refused
        case silent
        case exhausted
    }

    enum Answer {
        case whole
        case cut
        /// Says that no byte reached its model.
        case unprocessed
        /// The model failed, or may have.
        case failed(Int)
        case reset
        case silent
    }

    var opening: Opening
    var isStale: Bool
    var isEarly: Bool
    var thinks: Nanoseconds
    var answer: Answer
    var load: String?
    var retryAfter: Int?

    init(_ random: inout RandomSource) {
        opening = random.pick([.reused, .reused, .opens, .opens, .opens, .refused, .silent])
        if random.unit() < 0.02 { opening = .exhausted }
        isStale = random.unit() < 0.1
        isEarly = random.unit() < 0.15
        thinks = random.pick([.zero, .milliseconds(3), .milliseconds(400)])
        answer = random.pick([
            .whole, .whole, .whole, .cut, .unprocessed, .unprocessed, .failed(502),
            .failed(503), .failed(500), .reset, .silent,
        ])
        if random.unit() < 0.5 {
            let state = random.pick(["ready", "ready", "busy", "draining", "loading"])
            let count = random.below(20)
            load = "x-outrider-load: in_flight=\(count), queue=0, limit=9, state=\(state)"
        }
        if random.unit() < 0.2 { retryAfter = Int(random.below(3)) }
    }
}
