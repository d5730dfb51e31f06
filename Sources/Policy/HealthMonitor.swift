package import Base

/// Judges one model from what requests and active checks meet, and remembers why.
///
///                 refused, or the engine's load answer (from every state)
///      ┌────────────────────────────────────────────────────────────────────┐
///      ▼         a check or a request succeeds                              │
///     loading ─────────────────────────────────▶ ready ⇄ busy               │
///                                                 │  ▲  │  ▲                │
///        in flight, silent, and the checks fail   │  │  │  │ a request      │
///                                                 ▼  │  ▼  │ succeeds       │
///                        a byte, a check, a request  │ faulted ─────────────┤
///                        succeeds: stalled ──────────┘ (fault pattern, or   │
///                                     │                 breaker open 60 s)  │
///                                     └─────────────────────────────────────┘
///
/// `draining` is ours, not the model's: it covers whichever of these holds. A good check does
/// not end `faulted`: a GPU that lost its context says 200 on `/health` and 500 elsewhere.
package struct HealthMonitor: Sendable {
    package private(set) var settings: Settings
    /// The state as told to the world.
    ///
    /// Stored, as whoever asks an array's element for something computed copies the whole of it.
    package private(set) var state = HealthState.loading
    /// When `state` last changed.
    package private(set) var since: Instant
    /// Whether the model has been ready once: `/startupz`.
    package private(set) var hasBeenReady = false
    /// Whether anything was heard about the model yet, good or bad.
    package private(set) var hasEvidence = false
    private var recent = HealthHistory()

    /// The model's own state: neither `busy` nor `draining`.
    private var condition = HealthState.loading
    /// When `condition` last changed.
    private var conditionSince: Instant
    private var isDraining = false
    private var isAtLimit = false

    private var lastByte: Instant?
    private var lastSuccess: Instant?
    /// When requests in flight last began to exist.
    private var activeSince: Instant?
    private var breakerOpenSince: Instant?
    private var faultsInARow = 0
    /// Whether `loading` was ever seen, and not only assumed because nothing was known yet.
    private var hasSeenLoading = false
    private var lastLoadTime: Nanoseconds?
    private var checks = CheckRecord()

    package init(_ settings: Settings, now: Instant) {
        self.settings = settings
        since = now
        conditionSince = now
    }

    /// Whether new work may be sent here: `/readyz`.
    ///
    /// An idle model has no excuse for not answering its checks; one at work has, and is judged
    /// by `stalled` alone.
    package var isReady: Bool {
        state.isReady && checks.failedIdle < settings.unhealthyAfter
    }

    /// What is wrong as far as the last check tells; `nil` once the model shows that it lives.
    package var complaint: String? { checks.complaint }

    /// The last changes, oldest first; `ready` and `busy` taking turns is load, not news.
    package var history: [HealthChange] { recent.changes }

    /// What the model container's liveness probe is told: `false` after 30 s of sickness.
    package func upstreamLivez(now: Instant) -> Bool {
        !state.isSick || now.since(conditionSince) < settings.livenessGrace
    }

    /// Time until the model is ready, going by its last load; `nil` while that is unknown.
    package func expectedReadyIn(now: Instant) -> Nanoseconds? {
        guard condition == .loading else { return .zero }
        let elapsed = now.since(conditionSince)
        guard let lastLoadTime, elapsed <= lastLoadTime else { return nil }
        return lastLoadTime - elapsed
    }

    /// Takes new settings on a reload.
    package mutating func update(_ settings: Settings) {
        self.settings = settings
    }
}

// What is told.
extension HealthMonitor {
    /// Bytes came from the model, of whatever kind: progress beats pings.
    package mutating func bytesReceived(now: Instant) {
        lastByte = now
        checks.forgive()
        if condition == .stalled { become(.ready, "bytes flow again", now: now) }
    }

    /// A request was answered to its end, with a status below 500.
    package mutating func requestSucceeded(now: Instant) {
        hasEvidence = true
        lastSuccess = now
        faultsInARow = 0
        if condition != .ready { become(.ready, "a request succeeded", now: now) }
    }

    /// A request was answered with a 5xx; the pattern is looked for in its first 4 KiB.
    package mutating func requestFailed(matchesFaultPattern: Bool, now: Instant) {
        hasEvidence = true
        guard matchesFaultPattern else {
            faultsInARow = 0
            return
        }
        faultsInARow += 1
        guard faultsInARow >= settings.unhealthyAfter, condition == .ready else { return }
        become(.faulted, "\(faultsInARow) answers in a row match a fault pattern", now: now)
    }

    /// Nobody listens where the model should be: it is being (re)started.
    package mutating func connectRefused(now: Instant) {
        load("connection refused", now: now)
    }

    /// How many requests are at the model, and how many may be.
    package mutating func inFlight(_ count: Int, limit: Int, now: Instant) {
        if count == 0 {
            activeSince = nil
        } else if activeSince == nil {
            activeSince = now
        }
        let wasAtLimit = isAtLimit
        isAtLimit = count >= limit
        settle()
        if isAtLimit != wasAtLimit, condition == .ready, !isDraining { since = now }
    }

    /// Since when the breaker has been open without a success; `nil` while it is closed.
    package mutating func breaker(openSince: Instant?, now: Instant) {
        breakerOpenSince = openSince
        tick(now: now)
    }

    /// A drain began or was taken back.
    package mutating func drain(_ isDraining: Bool, now: Instant) {
        guard isDraining != self.isDraining else { return }
        self.isDraining = isDraining
        settle()
        since = now
        note(state, isDraining ? "drain" : "undrain", now: now)
    }

    /// Looks at what time alone can change; to be called about once a second.
    package mutating func tick(now: Instant) {
        guard condition == .ready else { return }
        if let opened = breakerOpenSince {
            let quiet = now.since(max(opened, lastSuccess ?? opened))
            if quiet >= settings.breakerFaultAfter {
                become(.faulted, "breaker open for \(quiet.wholeSeconds) s", now: now)
                return
            }
        }
        stallIfSilent(now: now)
    }
}

// Active checks.
extension HealthMonitor {
    /// When the next check is due; `nil` while one is on its way.
    ///
    /// A byte from the model is as good as a check, whether or not requests are in flight. While
    /// the model loads there is no traffic to go by and requests wait for the verdict: ask often.
    package var nextCheck: Instant? {
        guard !checks.isUnderWay else { return nil }
        guard let last = checks.last else { return Instant(nanoseconds: 0) }
        guard condition != .loading else {
            return last.advanced(by: min(settings.interval, Self.loadingInterval))
        }
        return max(last, lastByte ?? last).advanced(by: settings.interval)
    }

    /// A check was sent; it comes back as `checkSucceeded` or `checkFailed`, a timeout too.
    package mutating func checkStarted() {
        checks.isUnderWay = true
    }

    /// A check was answered as it should be, the model loaded.
    package mutating func checkSucceeded(now: Instant) {
        hasEvidence = true
        checks.succeed(now: now)
        guard checks.succeededInARow >= settings.healthyAfter else { return }
        guard condition == .loading || condition == .stalled else { return }
        become(.ready, "health check succeeded", now: now)
    }

    /// A check failed: refused, answered with the engine's "still loading", or in another way.
    package mutating func checkFailed(
        _ evidence: String,
        isRefused: Bool,
        isLoading: Bool,
        now: Instant
    ) {
        hasEvidence = true
        if isRefused || isLoading {
            checks.end(now: now)
            load(evidence, now: now)
            checks.note(evidence)
            return
        }
        // A slow check while bytes flow is not a failure.
        if let lastByte, now.since(lastByte) < settings.interval {
            checks.end(now: now)
            return
        }
        checks.fail(isIdle: activeSince == nil, now: now)
        checks.note(evidence)
        tick(now: now)
    }

    private static let loadingInterval = Nanoseconds.seconds(1)
}

// What it makes of it.
extension HealthMonitor {
    private mutating func stallIfSilent(now: Instant) {
        guard let activeSince else { return }
        let silence = now.since(max(activeSince, lastByte ?? activeSince))
        guard silence >= settings.stalledAfter else { return }
        guard checks.failedInARow >= settings.unhealthyAfter else { return }
        become(
            .stalled,
            "no byte for \(silence.wholeSeconds) s and \(checks.failedInARow) checks failed",
            now: now
        )
    }

    private mutating func load(_ evidence: String, now: Instant) {
        hasEvidence = true
        faultsInARow = 0
        checks.restart()
        if condition != .loading || !hasSeenLoading { become(.loading, evidence, now: now) }
        hasSeenLoading = true
    }

    private mutating func become(_ next: HealthState, _ evidence: String, now: Instant) {
        // Found ready at the first look, it says nothing about how long loading takes.
        if condition == .loading, hasSeenLoading { lastLoadTime = now.since(conditionSince) }
        if next == .ready { hasBeenReady = true }
        if next != .loading || condition != .loading { conditionSince = now }
        let before = state
        condition = next
        settle()
        faultsInARow = 0
        checks.forgive()
        if state != before { since = now }
        note(next, evidence, now: now)
    }

    private mutating func settle() {
        if isDraining {
            state = .draining
        } else {
            state = condition == .ready && isAtLimit ? .busy : condition
        }
    }

    private mutating func note(_ state: HealthState, _ evidence: String, now: Instant) {
        recent.add(HealthChange(state: state, at: now, evidence: evidence))
    }
}

extension Nanoseconds {
    fileprivate var wholeSeconds: UInt64 { count / 1_000_000_000 }
}
