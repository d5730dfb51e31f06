import Base

/// How the active checks of one model went lately.
struct CheckRecord: Sendable {
    /// One is on its way; there is never a second.
    var isUnderWay = false
    /// When the last one ended.
    private(set) var last: Instant?
    private(set) var succeededInARow = 0
    private(set) var failedInARow = 0
    /// Failures in a row while no request was in flight.
    private(set) var failedIdle = 0
    /// What was wrong the last time, unless the model has shown since that it lives.
    private(set) var complaint: String?

    mutating func succeed(now: Instant) {
        end(now: now)
        forgive()
        succeededInARow += 1
    }

    mutating func fail(isIdle: Bool, now: Instant) {
        end(now: now)
        succeededInARow = 0
        failedInARow += 1
        if isIdle { failedIdle += 1 }
    }

    /// Keeps what was wrong with the last one.
    mutating func note(_ evidence: String) {
        complaint = evidence
    }

    /// One ended without counting for or against the model.
    mutating func end(now: Instant) {
        isUnderWay = false
        last = now
    }

    /// The model is being (re)started: nothing that was learnt holds.
    mutating func restart() {
        forgive()
        succeededInARow = 0
    }

    /// The model showed otherwise that it lives.
    mutating func forgive() {
        failedInARow = 0
        failedIdle = 0
        complaint = nil
    }
}
