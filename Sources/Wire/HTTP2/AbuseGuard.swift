import Base

/// Counts what costs us more than it costs the peer, and says when it is too much.
///
/// Counts begin anew after each period. Where honest clients do more of something the more they
/// are sent or the more they ask, the bound grows with that.
struct AbuseGuard {
    private let limits: HTTP2Limits
    private var periodEnd = Instant(nanoseconds: 0)
    private var counts = Counts()
    /// Acknowledgements written since the peer was last seen to read.
    private var unread = 0
    /// Bytes that waited in the output when we last wrote to it.
    private var output = 0

    private struct Counts {
        var opened = 0
        var resets = 0
        var slow = 0
        var pings = 0
        var settings = 0
        var ignored = 0
        var windowUpdates = 0
        var emptyFrames = 0
        /// HEADERS and DATA frames sent.
        var sent = 0
    }

    /// A copy of the limits of its own: lent with every call they would be copied every time.
    init(_ limits: HTTP2Limits) {
        self.limits = limits
    }

    /// More bytes are about to be understood, while `waiting` are left in the output.
    ///
    /// Forgets the counts of a period that is over. Fewer bytes than waited: the peer reads.
    mutating func begin(_ now: Instant, waiting: Int) {
        if waiting < output || waiting == 0 { unread = 0 }
        if now < periodEnd { return }
        counts = Counts()
        periodEnd = now.advanced(by: limits.period)
    }

    /// Bytes have been understood, and now so many wait in the output.
    mutating func end(waiting: Int) { output = waiting }

    /// A stream was opened, by whichever side opens them.
    mutating func noteOpened() { counts.opened &+= 1 }
    mutating func noteSent() { counts.sent &+= 1 }

    /// A stream ended before we answered it.
    mutating func noteReset() throws(HTTP2Violation) {
        counts.resets &+= 1
        if counts.resets > limits.resets, counts.resets &* 2 > counts.opened {
            throw .abuse(.rapidReset)
        }
    }

    /// A stream was ended because it hardly moved while others waited.
    mutating func noteSlow() throws(HTTP2Violation) {
        counts.slow &+= 1
        if counts.slow > limits.slowStreams, counts.slow &* 2 > counts.opened {
            throw .abuse(.slowStreams)
        }
    }

    mutating func notePing() throws(HTTP2Violation) {
        counts.pings &+= 1
        if counts.pings > limits.pings &+ counts.sent { throw .abuse(.pingFlood) }
        try noteAcknowledgement()
    }

    mutating func noteSettings() throws(HTTP2Violation) {
        counts.settings &+= 1
        if counts.settings > limits.settings { throw .abuse(.settingsFlood) }
        try noteAcknowledgement()
    }

    /// A frame that means nothing to us.
    mutating func noteIgnored() throws(HTTP2Violation) {
        counts.ignored &+= 1
        if counts.ignored > limits.priorities &+ 10 &* counts.opened {
            throw .abuse(.priorityFlood)
        }
    }

    mutating func noteWindowUpdate() throws(HTTP2Violation) {
        counts.windowUpdates &+= 1
        if counts.windowUpdates > limits.windowUpdates &+ 10 &* counts.sent {
            throw .abuse(.windowUpdateFlood)
        }
    }

    mutating func noteEmptyFrame() throws(HTTP2Violation) {
        counts.emptyFrames &+= 1
        if counts.emptyFrames > limits.emptyFrames { throw .abuse(.emptyFrames) }
    }

    private mutating func noteAcknowledgement() throws(HTTP2Violation) {
        unread &+= 1
        if unread > limits.unreadAcknowledgements { throw .abuse(.unreadOutput) }
    }
}
