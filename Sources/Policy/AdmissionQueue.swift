package import Base

/// At most so many requests at the model, at most so many waiting, first come first served.
///
/// One per upstream and for the whole process, kept by its owner behind a lock. It holds no
/// exchange, only tickets; the owner posts each grant to the ticket's worker.
///
///                          ┌─ slot free, nobody waits ─▶ granted ────┐
///     request ─────────────┼─ room in the line ─▶ queued             ├─▶ release ─▶ next queued
///                          └─ line full, deadline before ─▶ refused  │
///                                              queued ── its turn ───┘
///                                              queued ── cancel, drainAll ─▶ gone
///
/// An entry whose time is up is passed over; its own worker's timer takes it out by `cancel`.
/// `cancel` says `false` when the ticket left already: then its grant or its refusal is in the
/// mail, and a worker that finds nobody behind a grant gives the slot back by `release`.
package struct AdmissionQueue: Sendable {
    /// Names one waiting exchange and the worker that owns it.
    package struct Ticket: Hashable, Sendable {
        package var worker: UInt16
        package var exchange: UInt64

        package init(worker: UInt16, exchange: UInt64) {
            self.worker = worker
            self.exchange = exchange
        }
    }

    package enum Decision: Sendable, Hashable {
        /// The slot is the ticket's until `release`.
        case granted
        /// A later `release` names it.
        case queued
        case refused(Refusal)
    }

    package enum Refusal: Sendable, Hashable {
        /// Nowhere to wait; the line as it is will take this long.
        case queueFull(retryAfter: Nanoseconds)
        /// The wait alone would outlast the caller's patience.
        case deadlineUnreachable
    }

    /// Requests that hold a slot.
    package private(set) var inFlight = 0
    /// Requests let through that without `shadow` would have been refused.
    package private(set) var wouldHaveRefused: UInt64 = 0
    /// Rolling mean of how long a slot is held; zero until one was released.
    package private(set) var serviceTime: Nanoseconds = .zero
    package private(set) var settings: Settings
    private var line = WaitingLine()

    package init(_ settings: Settings) {
        settings.check()
        self.settings = settings
    }

    /// Requests that wait.
    package var depth: Int { line.count }

    /// Asks for a slot; less `priority` is more urgent (RFC 9218 §4.1), above 7 counts as 7.
    package mutating func request(
        _ ticket: Ticket,
        priority: UInt8,
        deadline: Instant?,
        now: Instant
    ) -> Decision {
        if inFlight < settings.concurrency, line.count == 0, deadline.map({ now < $0 }) ?? true {
            inFlight += 1
            return .granted
        }
        let level = settings.priorities ? min(priority, 7) : 0
        let refusal = refusal(level: level, deadline: deadline, now: now)
        if settings.shadow {
            if refusal != nil || wait(level: level) > settings.queueTimeout {
                wouldHaveRefused &+= 1
            }
            inFlight += 1
            return .granted
        }
        if let refusal { return .refused(refusal) }
        let expiry = min(now.advanced(by: settings.queueTimeout), deadline ?? .distantFuture)
        line.join(ticket, priority: level, expiry: expiry)
        return .queued
    }

    /// Gives a slot back; the ticket named holds it from now on and is to be told.
    ///
    /// `serviceTime` is how long the model took, `nil` when the request never got that far.
    package mutating func release(serviceTime: Nanoseconds?, now: Instant) -> Ticket? {
        precondition(inFlight > 0, "a slot was given back that nobody held")
        inFlight -= 1
        if let serviceTime { learn(serviceTime) }
        return line.count == 0 ? nil : grantNext(now: now)
    }

    /// Takes a ticket out of the line; `false` when it is not there any more.
    package mutating func cancel(_ ticket: Ticket) -> Bool {
        line.leave(ticket)
    }

    /// Gives a free slot to the next in line: asked until it says `nil` after an `update`.
    package mutating func grantNext(now: Instant) -> Ticket? {
        guard inFlight < settings.concurrency || settings.shadow else { return nil }
        guard let ticket = line.next(now: now) else { return nil }
        inFlight += 1
        return ticket
    }

    /// Empties the line: the breaker opened and all who wait are to be refused.
    package mutating func drainAll(into refused: inout [Ticket]) {
        // Nothing is expired at the first instant: everyone who waits is told.
        while let ticket = line.next(now: Instant(nanoseconds: 0)) { refused.append(ticket) }
    }

    /// How long a request that came now would wait: the line × the rolling service time.
    package func estimatedWait() -> Nanoseconds {
        wait(level: UInt8(WaitingLine.priorityCount - 1))
    }

    /// Takes new settings on a reload; `grantNext` then hands out what became free.
    package mutating func update(_ settings: Settings) {
        settings.check()
        self.settings = settings
    }
}

extension AdmissionQueue {
    private mutating func refusal(level: UInt8, deadline: Instant?, now: Instant) -> Refusal? {
        if let deadline, deadline <= now.advanced(by: wait(level: level)) {
            return .deadlineUnreachable
        }
        if waiting >= settings.queue { line.dropExpired(now: now) }
        guard waiting >= settings.queue else { return nil }
        return .queueFull(retryAfter: max(estimatedWait(), Self.shortestRetryAfter))
    }

    /// Before anything was learnt, and where the mean is tiny.
    static let shortestRetryAfter = Nanoseconds.seconds(1)

    /// In `shadow` nobody waits, so those beyond `concurrency` stand for the line.
    private var waiting: Int {
        settings.shadow ? max(0, inFlight - settings.concurrency) : line.count
    }

    private func wait(level: UInt8) -> Nanoseconds {
        guard inFlight >= settings.concurrency else { return .zero }
        let ahead = settings.shadow ? waiting : line.count(before: level)
        // One slot falls free every `serviceTime / concurrency`.
        let turns = serviceTime.count.multipliedReportingOverflow(by: UInt64(ahead + 1))
        guard !turns.overflow else { return Nanoseconds(.max) }
        return Nanoseconds(turns.partialValue / UInt64(settings.concurrency))
    }

    /// A mean in which the last eight or so requests dominate.
    private mutating func learn(_ sample: Nanoseconds) {
        let old = serviceTime.count
        serviceTime = old == 0 ? sample : Nanoseconds(old - old / 8 + sample.count / 8)
    }
}
