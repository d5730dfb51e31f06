import Base
import Config
import Policy
import Reactor

/// How a sidecar turns away from work, and back.
extension ControlLoop {
    /// For requests that were told to end to have ended.
    private static let abandonPatience = Nanoseconds.seconds(1)
    /// How often a drain looks whether requests are left.
    private static let drainBeat = Nanoseconds.milliseconds(10)
    /// Idle for so long is idle: a request may stand between the kernel and its worker.
    private static let idleProof = Nanoseconds.milliseconds(20)

    /// SIGTERM or SIGINT: drain and exit; the second exits now.
    mutating func stopSignal() {
        guard !isExiting else {
            Complaint.write("told twice to stop: exiting at once")
            ending = .failed
            return
        }
        isExiting = true
        Complaint.write("draining, then exiting; told again, it exits at once")
        beginDrain()
        advanceDrain()
    }

    /// Begins a drain, unless one is under way.
    mutating func beginDrain() {
        guard drain == .serving else { return }
        let times = server.snapshot.config.drain
        drain.begin(delay: times.delay, timeout: times.timeout, now: reactor.now)
        idleSince = nil
        abandonedAt = nil
        prober.drain(true, &reactor)
        server.post(.drain)
        // Without a delay, nothing new is taken from here on.
        advanceDrain()
    }

    /// Takes a drain back; one that a signal began goes on.
    ///
    /// Says whether nothing drains any more.
    mutating func undrain() -> Bool {
        guard !isExiting else { return false }
        guard drain.isDraining else { return true }
        drain.undo()
        prober.drain(false, &reactor)
        server.post(.undrain)
        reactor.timers.cancel(drainTimer)
        return true
    }

    /// Moves the drain on with time and with the end of the last request.
    mutating func advanceDrain() {
        guard drain.isDraining else { return }
        let now = reactor.now
        let isIdle = isIdle(now)
        let wasAdmitting = drain.isAdmitting
        // What is left when the time is up is told to end.
        let isOut = drain.advance(now: now, isIdle: isIdle) && drain == .over && !isIdle
        if wasAdmitting, !drain.isAdmitting { server.post(.refuse) }
        if isOut {
            server.post(.abandon)
            abandonedAt = now
        }
        if drain == .over { finishDrain(isIdle: isIdle) }
        guard ending == nil else { return }
        // Once all is over, `undrain` or a signal says how it goes on.
        guard drain != .over || abandonedAt != nil || isExiting else { return }
        reactor.timers.schedule(drainTimer, at: now.advanced(by: Self.drainBeat))
    }

    private mutating func finishDrain(isIdle: Bool) {
        if let told = abandonedAt {
            let isPatient = reactor.now.since(told) < Self.abandonPatience
            if !isIdle, isPatient { return }
            abandonedAt = nil
        }
        answerWaiting()
        if isExiting { ending = .drained }
    }

    /// Tells those who wait for the drain that it is over.
    mutating func answerWaiting() {
        guard drain == .over else { return }
        for asker in admin?.waiting() ?? [] {
            admin?.answer(asker, .text(200, "drained"), &reactor)
        }
    }

    private mutating func isIdle(_ now: Instant) -> Bool {
        guard server.lifecycle.requestCount == 0 else {
            idleSince = nil
            return false
        }
        let since = idleSince ?? now
        idleSince = since
        return now.since(since) >= Self.idleProof
    }
}
