import Base

/// How a client that is waited for gets on, looked at now and again while others wait for its slot.
struct ClientPace {
    /// A client that moves less than this in a `period` holds the model up for nothing.
    static let leastBytes = 4_096
    static let period = Nanoseconds.seconds(3)
    /// Looks further apart than this say nothing of what was between them.
    private static let longestGap = Nanoseconds.seconds(1)

    /// Bytes that had moved at `since`.
    private var moved = 0
    private var since = Instant(nanoseconds: 0)
    private var lookedAt = Instant(nanoseconds: 0)

    /// Whether the client has been waited for all of a period and hardly moved meanwhile.
    ///
    /// `moved` is how many bytes it has sent and taken since its request began.
    mutating func isTooSlow(moved: Int, isAwaited: Bool, now: Instant) -> Bool {
        let isFirstLook = now.since(lookedAt) > Self.longestGap
        lookedAt = now
        let hasMoved = moved < self.moved || moved - self.moved >= Self.leastBytes
        if isFirstLook || !isAwaited || hasMoved {
            self.moved = moved
            since = now
            return false
        }
        return now.since(since) >= Self.period
    }

    /// Another request begins.
    mutating func forget() { lookedAt = Instant(nanoseconds: 0) }
}
