import Base
import Policy
import Telemetry

@testable import Proxy

/// One request: the exchange under test, its client, and what both sides have seen.
final class SimulatedRequest {
    var exchange: Exchange
    let id: UInt64
    let plan: ClientPlan
    let worker: SimulatedWorker
    let body: [UInt8]
    var connection: SimulatedConnection?
    /// The latest of all, kept to be judged.
    var lastConnection: SimulatedConnection?
    var timerAt = Instant.distantFuture

    // The client.
    var sentCount = 0
    var isWhole = false
    var isPumping = false
    var isPaused = false
    /// Has something to send and was told to wait.
    var isHeldBack = false
    var hasLeft = false
    var hasHalfClosed = false

    // What was seen.
    var isOver = false
    var arrived = Instant(nanoseconds: 0)
    var attempts = 0
    /// Attempts whose connection took a byte of the request.
    var sendings = 0
    var headCount = 0
    var refusals = 0
    var failure: AttemptFailure?
    var reply: Reason?
    var abort: Reason?
    var answerBegan = false
    var answerEnded = false
    var receivedCount = 0
    var isExhausted = false

    init(_ plan: ClientPlan, id: UInt64, worker: SimulatedWorker, snapshot: Snapshot) {
        self.plan = plan
        self.id = id
        self.worker = worker
        exchange = Exchange(snapshot: snapshot)
        body = (0..<plan.body.count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ Int(id)) }
    }
}

/// A connection to the model, for one attempt.
final class SimulatedConnection {
    let plan: ModelPlan
    var isReady = false
    var isReused = false
    var received: [UInt8] = []
    var isWhole = false
    var isDirty = false
    var wasSent = false
    var isBlocked = false
    var hasBlocked = false
    var isAnswering = false
    var hasAnswered = false
    var interims = 0
    var step = 0
    var isPaused = false
    /// Has something to say and may not.
    var isHeldBack = false
    var isSwitched = false

    init(_ plan: ModelPlan) {
        self.plan = plan
    }
}

/// A worker: its context, and the mail of the others.
final class SimulatedWorker {
    var context: ExchangeContext

    init(_ context: consuming ExchangeContext) {
        self.context = context
    }
}
