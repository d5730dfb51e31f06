package import Base

extension AdmissionQueue {
    /// `admission` of the configuration.
    package struct Settings: Sendable, Equatable {
        /// Requests at the model at the same time, at least 1.
        package var concurrency = 64
        /// Requests that may wait.
        package var queue = 128
        package var queueTimeout: Nanoseconds = .seconds(10)
        /// Counts what would have been refused and refuses nothing.
        package var shadow = false
        /// Whether `priority` orders the queue.
        package var priorities = true

        package init() {}

        func check() {
            precondition(concurrency >= 1)
            precondition(queue >= 0)
        }
    }
}
