package import Base

extension RetryPolicy {
    /// `retry` of the configuration.
    package struct Settings: Sendable, Equatable {
        /// Tries in all, the first one included; at least 1.
        package var attempts = 2
        package var on: Set<Condition> = Set(Condition.allCases)
        /// Retries in flight as a share of requests in flight.
        package var budgetRatio = 0.2
        /// Retries always allowed in flight, whatever the ratio says.
        package var budgetFloor = 3
        package var backoffBase: Nanoseconds = .milliseconds(25)
        package var backoffMax: Nanoseconds = .milliseconds(250)
        /// Largest body kept for replay.
        package var replayBody: ByteCount = .kibibytes(64)
        /// Longest `Retry-After` that is honoured.
        package var maxRetryAfter: Nanoseconds = .seconds(300)
        package var trustIdempotencyKey = false
        package var nonIdempotent = false

        package init() {}
    }

    /// The words of `retry.on`.
    package enum Condition: String, Sendable, CaseIterable {
        case connect
        case refusedStream
        case staleConnection
        case status502 = "502"
        case status503 = "503"
        case status504 = "504"
    }
}
