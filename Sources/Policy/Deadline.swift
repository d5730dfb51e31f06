package import Base

/// The point after which nobody waits for the answer any more, if there is one.
package struct Deadline: Sendable, Hashable {
    /// `distantFuture` when there is none.
    package let instant: Instant

    /// No deadline.
    package static let none = Deadline(.distantFuture)

    package init(_ instant: Instant) {
        self.instant = instant
    }

    /// What the caller allows wins over the configured total; both count from arrival.
    package init(arrived: Instant, callerAllows: Nanoseconds?, total: Nanoseconds?) {
        instant = (callerAllows ?? total).map { arrived.advanced(by: $0) } ?? .distantFuture
    }

    /// Whether there is one at all.
    package var exists: Bool { instant != .distantFuture }

    /// Whether it has been reached.
    package func hasPassed(now: Instant) -> Bool {
        exists && instant <= now
    }

    /// What is left, to be passed on; zero once it has passed, `nil` without a deadline.
    package func remaining(now: Instant) -> Nanoseconds? {
        exists ? instant.since(now) : nil
    }

    /// Whether something is left after a wait.
    package func allows(_ wait: Nanoseconds, now: Instant) -> Bool {
        !exists || now.advanced(by: wait) < instant
    }

    /// When a timeout that starts now ends, the deadline at the latest; `nil` when neither ends.
    package func bounding(_ timeout: Nanoseconds?, now: Instant) -> Instant? {
        let end = min(timeout.map { now.advanced(by: $0) } ?? .distantFuture, instant)
        return end == .distantFuture ? nil : end
    }
}
