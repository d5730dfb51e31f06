package import Base

extension HealthMonitor {
    /// What `health` of the configuration says about judging; how to ask is the prober's.
    package struct Settings: Sendable {
        /// Silence of the model after which it is asked.
        package var interval: Nanoseconds = .seconds(5)
        /// Failed checks, or fault answers, in a row that count.
        package var unhealthyAfter = 3
        /// Good checks in a row that end `loading` and `stalled`.
        package var healthyAfter = 1
        /// Silence with requests in flight that makes a model `stalled`.
        package var stalledAfter: Nanoseconds = .seconds(60)
        /// An open breaker without any success makes a model `faulted` after this.
        package var breakerFaultAfter: Nanoseconds = .seconds(60)
        /// Sickness borne before the model's own liveness probe fails.
        package var livenessGrace: Nanoseconds = .seconds(30)

        package init() {}
    }
}
