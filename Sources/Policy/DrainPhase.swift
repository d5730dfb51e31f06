package import Base

/// How far the process has turned away from new work.
///
///     serving ──begin──▶ announcing ──delay over──▶ refusing ──idle, or timeout over──▶ over
///        ▲                   │                         │                                 │
///        └──────────────── undo ◀──────────────────────┴─────────────────────────────────┘
package enum DrainPhase: Sendable, Hashable {
    case serving
    /// Not ready any more, but still serving, so that load balancers can turn away first.
    case announcing(until: Instant, end: Instant)
    /// New requests are refused, running ones may finish.
    case refusing(until: Instant)
    /// Nothing is left, or its time is up.
    case over
}

extension DrainPhase {
    /// Whether new requests are served.
    package var isAdmitting: Bool {
        switch self {
        case .serving, .announcing: true
        case .refusing, .over: false
        }
    }

    /// Whether readiness is down and connections are to close after their request.
    package var isDraining: Bool { self != .serving }

    /// When `advance` has something to do even if nothing else happens.
    package var nextChange: Instant? {
        switch self {
        case .serving, .over: nil
        case .announcing(let until, _): until
        case .refusing(let until): until
        }
    }

    /// Begins a drain: `delay` to announce it, then `timeout` to finish; one under way goes on.
    package mutating func begin(delay: Nanoseconds, timeout: Nanoseconds, now: Instant) {
        guard self == .serving else { return }
        let until = now.advanced(by: delay)
        self = .announcing(until: until, end: until.advanced(by: timeout))
    }

    /// Takes everything back.
    package mutating func undo() {
        self = .serving
    }

    /// Moves on with time and with the end of the last request; says whether it moved.
    @discardableResult
    package mutating func advance(now: Instant, isIdle: Bool) -> Bool {
        let before = self
        if case .announcing(let until, let end) = self, until <= now {
            self = .refusing(until: end)
        }
        if case .refusing(let until) = self, isIdle || until <= now {
            self = .over
        }
        return self != before
    }
}
