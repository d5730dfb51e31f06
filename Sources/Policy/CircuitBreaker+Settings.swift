package import Base

extension CircuitBreaker {
    /// `breaker` of the configuration.
    package struct Settings: Sendable, Equatable {
        /// Failures in a row that open the breaker, at least 1.
        package var consecutiveFailures = 5
        /// First pause after opening, doubled on each failed probe up to `maxOpenFor`.
        package var openFor = Nanoseconds(.seconds(5))
        package var maxOpenFor = Nanoseconds(.seconds(60))
        /// Share of failures among the outcomes of `window` that opens the breaker.
        package var failureRate = 0.5
        /// Outcomes in `window` below which the rates say nothing.
        package var minimumCalls = 10
        package var window: Nanoseconds = .seconds(30)
        /// A first byte later than this makes a call slow; `nil` switches the rule off.
        package var slowFirstByte: Nanoseconds?
        /// Share of slow calls in `window` that opens the breaker.
        package var slowRate = 0.8
        /// Pauses vary by this share either way.
        package var jitter = 0.2
        /// Probes out at the same time, at least 1.
        package var halfOpenProbes = 1
        /// Time from the successful probe until everything is admitted again.
        package var rampUp: Nanoseconds = .seconds(10)
        /// A probe silent for this long is lost and frees its place: the first-byte timeout.
        package var probeTimeout: Nanoseconds = .seconds(600)

        package init() {}

        func check() {
            precondition(consecutiveFailures >= 1)
            precondition(halfOpenProbes >= 1)
            precondition(openFor <= maxOpenFor)
        }
    }
}
