package import Base

/// Stops sending to an endpoint that keeps failing, and probes it again after a pause.
///
/// A plain value: no clock, no lock, no I/O. The owner passes `now` in and stores the value
/// wherever it needs it. It shows the style; the rate rule, the jitter, the probe's epoch and
/// time limit, and the ramp are still to come.
///
///     closed ──failures reach limit──▶ open ──pause over──▶ halfOpen
///        ▲                              ▲                      │
///        └──────── probe succeeds ──────┼───── probe fails ────┘
package struct CircuitBreaker: Sendable {
    package struct Settings: Sendable {
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
        package var halfOpenProbes = 1
        /// Time from the successful probe until everything is admitted again.
        package var rampUp: Nanoseconds = .seconds(10)

        package init() {}
    }

    /// What `admit` decided; every admitted request must come back through `record`.
    package enum Admission: Sendable, Hashable {
        case admitted
        /// Admitted as the one probe of a half-open breaker.
        case probe
        case rejected(retryAt: Instant)
    }

    package enum Outcome: Sendable, Hashable {
        case success
        case failure
        /// The client went away first: says nothing about the endpoint, but frees the probe.
        case cancelled
    }

    package enum State: Sendable, Hashable {
        case closed(failures: Int)
        case open(until: Instant, pause: Nanoseconds)
        case halfOpen(pause: Nanoseconds)
    }

    package private(set) var state: State = .closed(failures: 0)
    private let settings: Settings

    package init(_ settings: Settings) {
        precondition(settings.consecutiveFailures >= 1)
        precondition(settings.openFor <= settings.maxOpenFor)
        self.settings = settings
    }

    /// Asks leave to send one request, moving `open` to `halfOpen` once the pause is over.
    package mutating func admit(now: Instant) -> Admission {
        switch state {
        case .closed:
            return .admitted
        case .open(let until, let pause) where until <= now:
            state = .halfOpen(pause: pause)
            return .probe
        case .open(let until, _):
            return .rejected(retryAt: until)
        case .halfOpen:
            return .rejected(retryAt: now)
        }
    }

    /// Reports how an admitted request ended.
    package mutating func record(_ outcome: Outcome, admission: Admission, now: Instant) {
        precondition(!admission.isRejected, "only admitted requests have an outcome")
        switch (state, outcome) {
        case (.closed, .success):
            state = .closed(failures: 0)
        case (.closed(let failures), .failure) where failures + 1 < settings.consecutiveFailures:
            state = .closed(failures: failures + 1)
        case (.closed, .failure):
            open(for: settings.openFor, now: now)
        case (.halfOpen, .success) where admission == .probe:
            state = .closed(failures: 0)
        case (.halfOpen(let pause), .failure) where admission == .probe:
            open(for: pause.doubled(upTo: settings.maxOpenFor), now: now)
        case (.halfOpen(let pause), .cancelled) where admission == .probe:
            state = .open(until: now, pause: pause)
        case (.closed, .cancelled), (.open, _), (.halfOpen, _):
            break
        }
    }

    private mutating func open(for pause: Nanoseconds, now: Instant) {
        state = .open(until: now.advanced(by: pause), pause: pause)
    }
}

extension CircuitBreaker.Admission {
    /// Whether the request must not be sent.
    package var isRejected: Bool {
        if case .rejected = self { true } else { false }
    }
}
