import Base
import Policy
import Reactor
import Telemetry

/// What comes from other threads, and what goes to them.
extension Worker {
    mutating func readMessages() {
        mailbox.drain(into: &messages)
        var taken: [WorkerMessage] = []
        swap(&taken, &messages)
        for message in taken {
            handle(message)
            settle()
        }
        taken.removeAll(keepingCapacity: true)
        swap(&taken, &messages)
    }

    private mutating func handle(_ message: WorkerMessage) {
        switch message {
        case .granted(let upstream, let ticket): grant(upstream, ticket)
        case .turnedAway(let ticket): tell(ticket, .turnedAway)
        case .lookedUp(let question, let answer): lookedUp(question, answer)
        case .adopt(let snapshot): adopt(snapshot)
        case .listen(let place): listen(place)
        case .unlisten(let address, let upstream): unlisten(address, upstream: upstream)
        case .drain:
            context.isDraining = true
            announceDrain()
        case .refuse: context.isRefusing = true
        case .undrain:
            context.isDraining = false
            context.isRefusing = false
        case .press: press()
        case .abandon: abandon()
        case .ping(let pulse): lifecycle.metrics.eventLoopLag.record(pulse.answer(now: now))
        case .stop: stopAt = now.advanced(by: .seconds(5))
        }
    }

    /// Follows `snapshot` from the next request on; services may stand elsewhere in it.
    private mutating func adopt(_ snapshot: Snapshot) {
        let places = snapshot.places(of: context.snapshot)
        // Routes stand elsewhere in another configuration, and only there.
        if snapshot.generation != context.snapshot.generation { context.callers.removeAll() }
        context.snapshot = snapshot
        for handle in listeners.handles() {
            // Whoever listens for a service that is gone has been told to stop.
            listeners[handle].upstream = places[listeners[handle].upstream] ?? 0
            listeners[handle].door = snapshot.door(
                listeners[handle].address,
                upstream: listeners[handle].upstream
            )
        }
        if places.enumerated().allSatisfy({ $0 == $1 }) { return }
        for handle in downstreams.handles() {
            if let place = places[downstreams[handle].upstream] {
                downstreams[handle].upstream = place
            } else {
                downstreams[handle].upstream = 0
                downstreams[handle].isClosing = true
                if downstreams[handle].exchange == nil { closeWhenSent(handle) }
            }
        }
    }

    /// Passes a slot on; an exchange that has gone meanwhile gives it back.
    private mutating func grant(_ upstream: Upstream, _ ticket: AdmissionQueue.Ticket) {
        let handle = Handle<Exchange>(bits: ticket.exchange)
        guard exchanges.contains(handle), exchanges[handle].attempt == .queued else {
            if let ticket = upstream.releaseSlot(serviceTime: nil, now: now) {
                context.note(upstream, granting: ticket)
            }
            return
        }
        deliver(.granted, to: handle)
    }

    private mutating func tell(_ ticket: AdmissionQueue.Ticket, _ event: Event) {
        let handle = Handle<Exchange>(bits: ticket.exchange)
        guard exchanges.contains(handle) else { return }
        deliver(event, to: handle)
    }

    /// Tells other exchanges, here or on another worker, what one has caused.
    mutating func postConsequences() {
        while let (upstream, consequences) = context.consequences.popLast() {
            if let ticket = consequences.granted {
                if ticket.worker == context.worker {
                    grant(upstream, ticket)
                } else {
                    peers[Int(ticket.worker)].post(.granted(upstream, ticket))
                }
            }
            for ticket in consequences.turnedAway {
                if ticket.worker == context.worker {
                    tell(ticket, .turnedAway)
                } else {
                    peers[Int(ticket.worker)].post(.turnedAway(ticket))
                }
            }
        }
    }

    /// The drain's patience is over: every exchange ends now, with an error.
    private mutating func abandon() {
        for handle in exchanges.handles() where handle != draft {
            guard exchanges.contains(handle) else { continue }
            deliver(.drainTimedOut, to: handle)
            settle()
        }
    }
}
