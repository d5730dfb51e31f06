import Base
import Wire

/// Answers that come later, and how long a connection may stay for them.
extension AdminConnection {
    /// What is to be done when its time is up.
    enum Verdict {
        case ends, staysOn, wantsDrain
    }

    /// Leaves a request unanswered until the drain is over.
    mutating func hold(_ stream: StreamID?, now: Instant) {
        if held.isEmpty { hasWantedDrain = false }
        if let stream {
            streams?.holdUntilDrained(stream, now: now)
        } else {
            waitingSince = now
        }
    }

    /// The requests that are left so, and since when.
    var held: [(stream: StreamID?, since: Instant)] {
        if let streams = streams?.waiting { return streams.map { ($0.stream, $0.since) } }
        return waitingSince.map { [(nil, $0)] } ?? []
    }

    /// When who waits here wants a drain to begin, unless one has begun by itself.
    var drainsAt: Instant? {
        guard !hasWantedDrain, let first = held.map(\.since).min() else { return nil }
        return first.advanced(by: AdminServer.drainPatience)
    }

    /// Looks what the connection is waiting for; in HTTP/2, the peer must still be there.
    mutating func timeIsUp(now: Instant) -> Verdict {
        if let drainsAt, drainsAt <= now {
            hasWantedDrain = true
            return .wantsDrain
        }
        guard streams != nil else { return waitingSince == nil ? .ends : .staysOn }
        let isPatient = streams?.isPatient ?? false
        return isPatient && streams?.ping(to: &outbox) ?? false ? .staysOn : .ends
    }
}
