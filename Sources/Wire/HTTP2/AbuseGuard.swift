import Base

/// Counts what costs us more than it costs the peer, and says when it is too much.
///
/// Counts begin anew after each period. Where honest clients do more of something the more they
/// are sent or the more they ask, the bound grows with that.
struct AbuseGuard {
    private var periodEnd = Instant(nanoseconds: 0)
    private var opened = 0
    private var resets = 0
    private var pings = 0
    private var settings = 0
    private var priorities = 0
    private var windowUpdates = 0
    private var emptyFrames = 0
    /// HEADERS and DATA frames sent in this period.
    private var sent = 0
    /// Acknowledgements written since the peer was last seen to read.
    private var unread = 0
    /// Bytes that waited in the output when we last wrote to it.
    private var output = 0

    /// Forgets the counts of a period that is over.
    mutating func begin(_ now: Instant, _ limits: HTTP2Limits) {
        if now < periodEnd { return }
        let (unread, output) = (unread, output)
        self = AbuseGuard()
        self.unread = unread
        self.output = output
        periodEnd = now.advanced(by: limits.period)
    }

    mutating func noteOpened() { opened &+= 1 }
    mutating func noteSent() { sent &+= 1 }

    /// Fewer bytes wait than did: the peer reads.
    mutating func noteOutput(_ count: Int) {
        if count < output || count == 0 { unread = 0 }
    }

    mutating func keepOutput(_ count: Int) { output = count }

    /// A stream ended before we answered it.
    mutating func noteReset(_ limits: HTTP2Limits) throws(HTTP2Violation) {
        resets &+= 1
        if resets > limits.resets, resets &* 2 > opened { throw .abuse(.rapidReset) }
    }

    mutating func notePing(_ limits: HTTP2Limits) throws(HTTP2Violation) {
        pings &+= 1
        if pings > limits.pings &+ sent { throw .abuse(.pingFlood) }
        try noteAcknowledgement(limits)
    }

    mutating func noteSettings(_ limits: HTTP2Limits) throws(HTTP2Violation) {
        settings &+= 1
        if settings > limits.settings { throw .abuse(.settingsFlood) }
        try noteAcknowledgement(limits)
    }

    /// A frame that means nothing to us.
    mutating func noteIgnored(_ limits: HTTP2Limits) throws(HTTP2Violation) {
        priorities &+= 1
        if priorities > limits.priorities &+ 10 &* opened { throw .abuse(.priorityFlood) }
    }

    mutating func noteWindowUpdate(_ limits: HTTP2Limits) throws(HTTP2Violation) {
        windowUpdates &+= 1
        if windowUpdates > limits.windowUpdates &+ 10 &* sent { throw .abuse(.windowUpdateFlood) }
    }

    mutating func noteEmptyFrame(_ limits: HTTP2Limits) throws(HTTP2Violation) {
        emptyFrames &+= 1
        if emptyFrames > limits.emptyFrames { throw .abuse(.emptyFrames) }
    }

    private mutating func noteAcknowledgement(_ limits: HTTP2Limits) throws(HTTP2Violation) {
        unread &+= 1
        if unread > limits.unreadAcknowledgements { throw .abuse(.unreadOutput) }
    }
}
