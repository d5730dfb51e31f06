package import Base

/// Stops sending to an endpoint that keeps failing, and probes it again after a pause.
///
/// A plain value: no clock, no lock, no I/O. One per endpoint, kept by its owner behind a lock.
///
///                       failures in a row, or rates
///        ┌── closed ───────────────────────────────▶ open ◀─────────────┐
///        │     ▲                                      │                 │
///      ramp    │ a probe's first body byte            │ pause over,     │ a probe fails:
///     (random  │ with a status below 500              │ someone asks    │ twice the pause
///      share)  │                                      ▼                 │
///        └─────┴────────────────────────────────── halfOpen ────────────┘
///                                                   │    ▲
///                                                   └────┘ probe cancelled or lost: its place is free
///
/// Probes belong to a *round*, named by an epoch. A new round begins when the pause is over and
/// when the last probe of a round has been silent for `probeTimeout`: a lost probe cannot wedge
/// the breaker, and what it says later finds its epoch gone.
package struct CircuitBreaker: Sendable {
    /// What `admit` decided; every admitted request comes back through `record` or `releaseProbe`.
    package enum Admission: Sendable, Hashable {
        case admitted
        /// Admitted to find out whether a half-open breaker may close.
        case probe(epoch: UInt32)
        case rejected(retryAt: Instant)
    }

    /// How an admitted request ended, judged at its end.
    package enum Outcome: Sendable, Hashable {
        case success
        case failure
        /// A plain 500: counts for the rate only, and there only if not all come from one caller.
        ///
        /// `caller` is any number that tells callers apart; `nil` where they are not known.
        case serverError(caller: UInt64?)
        /// The client went away first: says nothing about the endpoint, but frees the probe.
        case cancelled
    }

    /// Where the breaker stands, for pages and metrics.
    package enum State: Sendable, Hashable {
        case closed
        case open(until: Instant)
        case halfOpen
    }

    package private(set) var state = State.closed
    /// The instant from which `mayAdmit` says yes.
    ///
    /// Stored, as whoever asks an array's element for something computed copies the whole of it.
    package private(set) var admitsFrom = Instant(nanoseconds: 0)
    /// Failures since the last success, 500s not among them.
    package private(set) var failuresInARow = 0
    /// When it opened, failed probes notwithstanding; `nil` once it closed.
    package private(set) var openSince: Instant?
    package private(set) var settings: Settings

    private var outcomes: OutcomeWindow
    /// The pause that the next failed probe doubles.
    private var pause: Nanoseconds = .zero
    /// The newest round of probes.
    private var epoch: UInt32 = 0
    private var probesOut = 0
    private var roundEnd = Instant(nanoseconds: 0)
    /// When it last closed, while admission still ramps up.
    private var rampStart: Instant?

    package init(_ settings: Settings) {
        settings.check()
        self.settings = settings
        outcomes = OutcomeWindow(span: settings.window)
    }

    /// Asks leave to send one request, moving `open` to `halfOpen` once the pause is over.
    package mutating func admit(now: Instant, random: inout RandomSource) -> Admission {
        switch state {
        case .closed:
            guard let rampStart else { return .admitted }
            return admitRamping(since: rampStart, now: now, random: &random)
        case .open(let until):
            guard until <= now else { return .rejected(retryAt: until) }
            state = .halfOpen
            return beginRound(now: now)
        case .halfOpen:
            if probesOut < settings.halfOpenProbes { return sendProbe(now: now) }
            if roundEnd <= now { return beginRound(now: now) }
            return .rejected(retryAt: min(roundEnd, now.advanced(by: Self.shortRetry)))
        }
    }

    /// Whether it admits everything, and will as long as nothing but success is recorded.
    package var isSteady: Bool {
        guard case .closed = state else { return false }
        return rampStart == nil
    }

    /// Whether `admit` might say yes now, without asking: for choosing among endpoints.
    package func mayAdmit(now: Instant) -> Bool { admitsFrom <= now }

    /// The first body byte of an answer with a status below 500 came: a probe closes the breaker.
    ///
    /// How the stream ends still comes through `record`. Says whether the state changed.
    @discardableResult
    package mutating func probeAnswered(_ admission: Admission, now: Instant) -> Bool {
        guard isCurrentProbe(admission) else { return false }
        close(now: now)
        return true
    }

    /// Gives back an admission that was not used, or whose request ended without a verdict.
    package mutating func releaseProbe(_ admission: Admission) {
        guard isCurrentProbe(admission), probesOut > 0 else { return }
        probesOut -= 1
        settle()
    }

    /// Frees the place of every probe: those that are out report to another copy of this value.
    package mutating func abandonProbes() {
        probesOut = 0
        settle()
    }

    /// Reports how an admitted request ended; says whether the state changed.
    ///
    /// `isSlow` is `isSlow(firstByte:)` of the request. `mayOpenByRate` is `false` for the last
    /// admitting endpoint of several: where everything is bad, the least bad place still serves.
    @discardableResult
    package mutating func record(
        _ outcome: Outcome,
        isSlow: Bool = false,
        admission: Admission,
        mayOpenByRate: Bool = true,
        now: Instant,
        random: inout RandomSource
    ) -> Bool {
        precondition(!admission.isRejected, "only admitted requests have an outcome")
        switch state {
        case .closed:
            if case .probe(let probeEpoch) = admission, probeEpoch != epoch { return false }
            if case .success = outcome, !isSlow, outcomes.isClean {
                // The common end: there is nothing of which a share could be too large.
                failuresInARow = 0
                outcomes.addOne(now: now)
                return false
            }
            count(outcome, isSlow: isSlow, now: now)
            guard shouldOpen(byRate: mayOpenByRate) else { return false }
            open(for: settings.openFor, now: now, random: &random)
            return true
        case .halfOpen:
            guard isCurrentProbe(admission) else { return false }
            return judgeProbe(outcome, admission: admission, now: now, random: &random)
        case .open:
            return false
        }
    }

    /// Whether a first byte after this time makes a call slow.
    package func isSlow(firstByte: Nanoseconds) -> Bool {
        guard let limit = settings.slowFirstByte else { return false }
        return firstByte > limit
    }

    /// Takes new settings on a reload; what was learnt stays, the counts of another window do not.
    package mutating func update(_ settings: Settings) {
        settings.check()
        if settings.window != self.settings.window {
            outcomes = OutcomeWindow(span: settings.window)
        }
        self.settings = settings
        settle()
    }
}

// How it decides.
extension CircuitBreaker {
    /// Told to those who were refused only because a probe is out or admission ramps up.
    static let shortRetry = Nanoseconds.seconds(1)

    /// Admits a share that grows with time, from a tenth, so that even 1 request/s gets through.
    private mutating func admitRamping(
        since start: Instant,
        now: Instant,
        random: inout RandomSource
    ) -> Admission {
        let elapsed = now.since(start)
        guard elapsed < settings.rampUp else {
            rampStart = nil
            return .admitted
        }
        let share = max(elapsed.count, settings.rampUp.count / 10)
        if random.below(settings.rampUp.count) < share { return .admitted }
        let rampEnd = start.advanced(by: settings.rampUp)
        return .rejected(retryAt: min(rampEnd, now.advanced(by: Self.shortRetry)))
    }

    private mutating func beginRound(now: Instant) -> Admission {
        epoch &+= 1
        probesOut = 0
        return sendProbe(now: now)
    }

    private mutating func sendProbe(now: Instant) -> Admission {
        probesOut += 1
        roundEnd = now.advanced(by: settings.probeTimeout)
        settle()
        return .probe(epoch: epoch)
    }

    private func isCurrentProbe(_ admission: Admission) -> Bool {
        state == .halfOpen && admission == .probe(epoch: epoch)
    }

    private mutating func judgeProbe(
        _ outcome: Outcome,
        admission: Admission,
        now: Instant,
        random: inout RandomSource
    ) -> Bool {
        switch outcome {
        case .success:
            close(now: now)
            return true
        case .failure, .serverError:
            open(for: pause.doubled(upTo: settings.maxOpenFor), now: now, random: &random)
            return true
        case .cancelled:
            releaseProbe(admission)
            return false
        }
    }

    private mutating func count(_ outcome: Outcome, isSlow: Bool, now: Instant) {
        switch outcome {
        case .success:
            failuresInARow = 0
            outcomes.add(.success, isSlow: isSlow, now: now)
        case .failure:
            failuresInARow += 1
            outcomes.add(.failure, isSlow: isSlow, now: now)
        case .serverError(let caller):
            outcomes.add(.serverError(caller: caller), isSlow: isSlow, now: now)
        case .cancelled:
            break
        }
    }

    private func shouldOpen(byRate: Bool) -> Bool {
        if failuresInARow >= settings.consecutiveFailures { return true }
        guard byRate, outcomes.total >= settings.minimumCalls else { return false }
        if settings.slowFirstByte != nil, isShare(outcomes.slow, atLeast: settings.slowRate) {
            return true
        }
        // The exact count walks the slices, so it is asked for only when it can matter.
        let most = outcomes.failures + outcomes.serverErrors
        return isShare(most, atLeast: settings.failureRate)
            && isShare(outcomes.failuresThatCount(), atLeast: settings.failureRate)
    }

    private func isShare(_ count: Int, atLeast rate: Double) -> Bool {
        count > 0 && Double(count) >= Double(outcomes.total) * rate
    }

    private mutating func open(
        for pause: Nanoseconds,
        now: Instant,
        random: inout RandomSource
    ) {
        self.pause = pause
        // Spread, so that replicas that tripped together do not all probe together.
        let spread = 1 + settings.jitter * (2 * random.unit() - 1)
        state = .open(until: now.advanced(by: pause.scaled(by: spread)))
        openSince = openSince ?? now
        rampStart = nil
        settle()
    }

    private mutating func close(now: Instant) {
        state = .closed
        openSince = nil
        failuresInARow = 0
        outcomes.clear()
        probesOut = 0
        rampStart = settings.rampUp > .zero ? now : nil
        settle()
    }

    /// Finds out anew from when on it admits; to be called last by whatever may have changed that.
    private mutating func settle() {
        switch state {
        case .closed: admitsFrom = Instant(nanoseconds: 0)
        case .open(let until): admitsFrom = until
        case .halfOpen:
            let hasPlace = probesOut < settings.halfOpenProbes
            admitsFrom = hasPlace ? Instant(nanoseconds: 0) : roundEnd
        }
    }
}

extension CircuitBreaker.Admission {
    /// Whether the request must not be sent.
    package var isRejected: Bool {
        if case .rejected = self { true } else { false }
    }
}
