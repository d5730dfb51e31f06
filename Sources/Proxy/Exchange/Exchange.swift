package import Base
import Config
import Policy
package import Telemetry
package import Wire

/// One request and its response, from first byte in to last byte out.
///
/// It is told what happened and answers what to do next; the worker does it. It never blocks,
/// reads no clock and touches no descriptor, so a whole retry storm replays in one synchronous
/// test. Its slot is recycled with the memory it owns.
///
///     request    arriving ─────────────────────────────▶ complete
///     attempt    none ▶ collecting ▶ queued ▶ connecting ▶ uploading ▶ awaiting ▶ answering ▶ over
///                          ▲ delayed ◀── failure that may be retried ──┘
///     answer     none ─────────────────────────────────▶ streaming ▶ complete | aborted
package struct Exchange: ~Copyable {
    /// Whether the client has sent its whole request.
    package enum RequestSide: Sendable {
        case arriving
        case complete
    }

    /// How far the request has come on its way to the model and back.
    package enum Attempt: Sendable {
        case none
        /// Those who know the caller's credential are being asked.
        case identifying
        /// The beginning of the body is read for the model that it names.
        case lookingAhead
        /// A small body is read whole before a slot is asked for.
        case collecting
        /// The model is being loaded and expected soon.
        case awaitingModel
        /// Waits for a slot.
        case queued
        /// Held back by an injected fault, before a slot is asked for.
        case faulted
        /// Waits for its next try.
        case delayed
        case connecting
        /// The head is sent, the body still on its way.
        case uploading
        /// The model has the whole request and has not answered.
        case awaiting
        case answering
        case tunnelling
        case over
    }

    /// What the client has been told.
    package enum Answer: Sendable {
        case none
        case streaming
        case complete
        case aborted
    }

    /// As it came in; never changed but for the marks of what is not forwarded.
    package var request = RequestHead()
    package var response = ResponseHead()
    /// Body bytes waiting for the model, kept after sending when they may be replayed.
    package var held = ByteBuffer()
    package var record = RequestRecord()
    package var trace: TracePropagation

    /// The client's connection and, while there is one, the model's; bits of their handles.
    package var port: UInt64 = 0
    package var link: UInt64 = 0
    /// Which of the streams on these connections, where they speak HTTP/2.
    var clientStream = ClientStream()
    var modelStream = ModelStream()
    var client: Handle<DownstreamConnection> { .init(bits: port) }
    var model: Handle<UpstreamConnection> { .init(bits: link) }
    /// Whether the request came over TLS.
    var isSecure = false
    package internal(set) var snapshot: Snapshot
    package internal(set) var upstream: Upstream
    package internal(set) var grant: Upstream.Grant?
    package internal(set) var intent = RequestIntent()
    package var passage = Passage()

    package internal(set) var requestSide = RequestSide.arriving
    package internal(set) var attempt = Attempt.none
    package internal(set) var answer = Answer.none
    var holdsSlot = false
    var isRetrying = false
    var isBodyReplayable = true
    /// Body bytes went to a connection and were not kept; no other can get them.
    var isBodySpent = false
    package internal(set) var isDownstreamBlocked = false
    package internal(set) var isUpstreamBlocked = false
    var isClientEnded = false
    var isUpstreamEnded = false
    package internal(set) var isTunnel = false
    var hasFirstByte = false
    /// The head says where the request came from before it came to our client.
    var saysOrigin = false
    /// Bytes of `held` in which the model was looked for.
    var inspected = 0
    /// Whether this attempt's connection has taken a byte.
    var isAttemptSent = false
    /// The answer at hand is a sidecar's refusal: no byte of the request reached its model.
    var isUnprocessed = false
    /// How far earlier attempts had got.
    var processedBefore = Processed.no
    /// Why the attempt before this one failed.
    var lastFailure: AttemptFailure?
    /// How long the client is told to wait before it asks again.
    package internal(set) var retryAfter: Nanoseconds?
    /// When a slot was first asked for.
    var asked: Instant?
    /// Where the event stream being sent stands between its events.
    var events = EventBoundary()
    /// First bytes of a 5xx body, for the fault patterns of health.
    var failureBody = ByteBuffer()

    /// Instants after which something must happen; `distantFuture` where nothing must.
    package internal(set) var deadline = Instant.distantFuture
    var phaseEnds = Instant.distantFuture
    var halfCloseEnds = Instant.distantFuture
    var attemptBegan = Instant(nanoseconds: 0)
    var lastProgress = Instant(nanoseconds: 0)
    var pace = ClientPace()
    var ticket = AdmissionQueue.Ticket(worker: 0, exchange: 0)

    package init(snapshot: Snapshot) {
        self.snapshot = snapshot
        upstream = snapshot.upstreams[0]
        var unseeded = RandomSource(seed: 0)
        trace = TracePropagation(Fields(), snapshot.traceSettings, random: &unseeded)
    }

    /// When to send `.timer`; only ever earlier than what must really happen, never later.
    package var wakeAt: Instant { min(deadline, min(phaseEnds, halfCloseEnds)) }

    /// Advances by one event; at most `Actions.capacity` actions are appended.
    package mutating func handle(
        _ event: Event,
        context: inout ExchangeContext,
        now: Instant,
        actions: inout Actions
    ) {
        // Everything is decided; what still arrives belongs to the past.
        if attempt == .over { return }
        switch event {
        case .requestHead(let isOverCapacity): begin(isOverCapacity, &context, now, &actions)
        case .unreadable(let reason): unreadable(reason, &context, now, &actions)
        case .malformedBody:
            fail(.malformedRequest, outcome: .cancelled, &context, now, &actions)
        case .requestBody(let count, let isLast): took(count, isLast, &context, now, &actions)
        case .inspect: inspect(&context, now, &actions)
        case .lookedUp: lookedUp(&context, now, &actions)
        case .granted: start(&context, now, &actions)
        case .turnedAway: turnedAway(&context, now, &actions)
        case .upstreamReady(let isReused): ready(isReused, now, &actions)
        case .upstreamFailed(let failure): failed(failure, &context, now, &actions)
        case .upstreamExhausted:
            retryAfter = .seconds(1)
            fail(.overCapacity, outcome: .cancelled, &context, now, &actions)
        case .interim: actions.append(.sendInterim)
        case .responseHead: answered(&context, now, &actions)
        case .wholeResponse(let count):
            answered(&context, now, &actions)
            gave(count, true, &context, now, &actions)
        case .responseBody(let count, let isLast): gave(count, isLast, &context, now, &actions)
        case .upstreamEnded: upstreamEnded(&context, now, &actions)
        case .downstreamBlocked(let isBlocked): downstream(isBlocked, now, &actions)
        case .upstreamBlocked(let isBlocked): upstream(isBlocked, now, &actions)
        case .timer: timer(&context, now, &actions)
        case .clientEnded: clientEnded(&context, now, &actions)
        case .clientGone: clientGone(&context, now, &actions)
        case .pressed(let waiting): pressed(waiting, &context, now, &actions)
        case .drainTimedOut: drainTimedOut(&context, now, &actions)
        }
    }

    /// Makes a recycled exchange new, for a request that begins now.
    package mutating func reset(
        snapshot: Snapshot,
        upstream index: Int,
        handle: UInt64,
        at now: Instant,
        wallClock: UInt64
    ) {
        self.snapshot = snapshot
        upstream = snapshot.upstreams[index]
        reset(handle: handle, at: now, wallClock: wallClock)
    }

    /// Follows what is in force now: mostly what it followed before, which is then not counted.
    @inline(__always)
    mutating func follow(_ context: inout ExchangeContext, upstream index: Int) {
        if snapshot !== context.snapshot { snapshot = context.snapshot }
        if upstream !== snapshot.upstreams[index] { upstream = snapshot.upstreams[index] }
    }

    /// Keeps its memory and what it follows, forgets everything else.
    ///
    /// It leaves the request alone, which has been read into it by then: a worker's draft.
    @inline(__always)
    mutating func reset(handle: UInt64, at now: Instant, wallClock: UInt64) {
        record.begin(at: now, wallClock: wallClock)
        response.reset()
        held.clear()
        if !failureBody.isEmpty { failureBody.release() }
        lastFailure = nil
        retryAfter = nil
        asked = nil
        pace.forget()
        grant = nil
        intent = RequestIntent()
        passage.reset()
        inspected = 0
        link = 0
        clientStream = ClientStream()
        modelStream = ModelStream()
        events = EventBoundary()
        isSecure = false
        requestSide = .arriving
        attempt = .none
        answer = .none
        holdsSlot = false
        isRetrying = false
        isBodyReplayable = true
        isBodySpent = false
        isDownstreamBlocked = false
        isUpstreamBlocked = false
        isClientEnded = false
        isUpstreamEnded = false
        isTunnel = false
        hasFirstByte = false
        isAttemptSent = false
        isUnprocessed = false
        processedBefore = .no
        deadline = .distantFuture
        phaseEnds = .distantFuture
        halfCloseEnds = .distantFuture
        ticket = .init(worker: 0, exchange: handle)
    }
}
