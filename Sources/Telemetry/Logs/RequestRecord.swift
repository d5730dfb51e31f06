package import Base
package import Wire

/// What is known of one request: the source of its log line, its metrics and its timeline.
///
/// Everything lies inline, so that a record is reused for request after request and copied into
/// the flight recorder without allocating. Text is bounded; what is longer is cut.
package struct RequestRecord: Sendable {
    package var method = Method.other
    /// The status sent to the client, 0 as long as there is none.
    package var status = 0
    /// Why Outrider itself ended the request, if it did.
    package var reason: Reason?
    /// Tries at endpoints, 0 when none was made.
    package var attempts = 0
    /// What failed before each retry.
    package var retryReasons = RetryReasons()
    /// Body bytes from the client.
    package var bytesIn: UInt64 = 0
    /// Body bytes to the client.
    package var bytesOut: UInt64 = 0
    /// Whether any byte of the request reached the model.
    package var processed = Processed.no
    /// Whether the answer was cut short after it had begun.
    package var isAborted = false
    /// Whether the answer was the configured fallback.
    package var isFallback = false
    /// Whether the endpoint's last attempt used a connection that was kept alive.
    package var isReused = false
    /// Whether `subject` is the public id of an API key.
    var isKey = false

    package var traceID: UInt128 = 0
    package var spanID: UInt64 = 0
    package var isSampled = false

    /// Which route of the table it took, if it took one.
    package var route: Int?
    /// Which of the services this process stands in front of.
    package var service = 0
    /// Which endpoint of the service was tried last, if any.
    package var endpoint: Int?

    /// When the first byte came, on the wall clock, in nanoseconds since 1970.
    package var wallClock: UInt64 = 0
    /// When the first byte of the request came; every other instant is at or after it.
    package var arrived = Instant(nanoseconds: 0)
    package var headComplete: Instant?
    /// When it began to wait for a slot; `nil` when it got one at once.
    package var enqueued: Instant?
    package var admitted: Instant?
    /// When the connection of the last attempt stood.
    package var connected: Instant?
    /// When the first byte was sent to the endpoint of the last attempt.
    package var sent: Instant?
    /// When the first body byte of the answer came.
    package var firstByte: Instant?
    package var finished: Instant?

    /// What happened and what was decided, in order.
    package private(set) var timeline = Timeline()

    /// Up to 256, 128 and 48 bytes.
    var path = InlineBytes<32>()
    var requestID = InlineBytes<16>()
    var peer = InlineBytes<6>()
    /// Who asked, where that is known; up to 48 and 32 bytes.
    var subject = InlineBytes<6>()
    var tenant = InlineBytes<4>()

    package init() {}

    /// Makes the record ready for a request whose first byte came at `now`.
    package mutating func begin(at now: Instant, wallClock: UInt64) {
        reset()
        arrived = now
        self.wallClock = wallClock
    }

    /// Keeps the path, without its query, up to 256 bytes.
    package mutating func setPath(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        path.assign(bytes, range)
    }

    /// Keeps the path in `range` of a head, which is lent so that its memory need not be counted.
    package mutating func setPath(of head: borrowing Fields, _ range: Range<Int>) {
        setPath(head.bytes.span, range)
    }

    /// Keeps the request's identifier, up to 128 bytes.
    package mutating func setRequestID(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        requestID.assign(bytes, range)
    }

    /// Keeps who asks: the subject up to 48 bytes, the tenant up to 32.
    package mutating func setCaller(_ caller: Caller) {
        let (who, tenant) = (caller.subjectBytes, caller.tenantBytes)
        subject.assign(who.span, 0..<who.count)
        self.tenant.assign(tenant.span, 0..<tenant.count)
        isKey = !caller.keyID.isEmpty
    }

    /// Keeps the client's address, up to 48 bytes.
    package mutating func setPeer(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        peer.assign(bytes, range)
    }

    /// Makes a new identifier for the request: 32 hexadecimal digits.
    package mutating func makeRequestID(random: inout RandomSource) {
        requestID.assign(hex: random.next(), random.next())
    }

    /// Appends the request's identifier.
    ///
    /// Mutating only because a record is then read where it lies; else all of it is copied first.
    package mutating func appendRequestID(to output: inout ByteBuffer) {
        output.append(&requestID)
    }

    /// Lends the client's address to `body`.
    package func withPeer(_ body: (Span<UInt8>) -> Void) {
        peer.withSpan(body)
    }

    /// Adds a step to the timeline; what `detail` means depends on the step.
    package mutating func note(_ step: Timeline.Step, detail: Int, at now: Instant) {
        timeline.append(step, detail: UInt16(clamping: detail), offset: now.since(arrived))
    }

    /// Adds a step that has no detail to the timeline.
    package mutating func note(_ step: Timeline.Step, at now: Instant) {
        timeline.append(step, detail: 0, offset: now.since(arrived))
    }
}

extension RequestRecord {
    /// Forgets the request, one property after the other.
    ///
    /// A new value in the old one's place would write a whole kilobyte. Text and steps need no
    /// clearing: what lies beyond their count is never looked at.
    package mutating func reset() {
        method = .other
        status = 0
        reason = nil
        attempts = 0
        retryReasons = RetryReasons()
        bytesIn = 0
        bytesOut = 0
        processed = .no
        isAborted = false
        isFallback = false
        isReused = false
        isKey = false
        traceID = 0
        spanID = 0
        isSampled = false
        route = nil
        service = 0
        endpoint = nil
        wallClock = 0
        arrived = Instant(nanoseconds: 0)
        headComplete = nil
        enqueued = nil
        admitted = nil
        connected = nil
        sent = nil
        firstByte = nil
        finished = nil
        timeline.clear()
        path.clear()
        requestID.clear()
        peer.clear()
        subject.clear()
        tenant.clear()
    }
}
