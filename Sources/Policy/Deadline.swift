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

    /// What is left, to be passed on; zero once it has passed, `nil` without a deadline.
    package func remaining(now: Instant) -> Nanoseconds? {
        exists ? instant.since(now) : nil
    }

    /// Whether something is left after a wait.
    package func allows(_ wait: Nanoseconds, now: Instant) -> Bool {
        !exists || now.advanced(by: wait) < instant
    }
}
