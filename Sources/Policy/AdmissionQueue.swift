package import Base

/// At most so many requests at the model, at most so many waiting, first come first served.
package struct AdmissionQueue: Sendable {
    package struct Settings: Sendable {
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
    }
}
