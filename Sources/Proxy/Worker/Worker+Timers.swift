import Base
import Reactor
import Telemetry

/// One timer for each client connection, moved only when it would fire too late.
extension Worker {
    /// Sees to it that something happens at `deadline` at the latest.
    mutating func setDeadline(_ handle: Handle<DownstreamConnection>, _ deadline: Instant) {
        downstreams[handle].deadline = deadline
        guard deadline < downstreams[handle].timerAt, let timer = downstreams[handle].timer else {
            return
        }
        downstreams[handle].timerAt = deadline
        timers.schedule(timer, at: deadline)
    }

    /// Sees to it that the exchange of a stream is woken when it has to be.
    mutating func setDeadline(_ exchange: Handle<Exchange>) {
        let wakeAt = exchanges[exchange].wakeAt
        guard wakeAt < exchanges[exchange].clientStream.timerAt,
            let timer = exchanges[exchange].clientStream.timer
        else { return }
        exchanges[exchange].clientStream.timerAt = wakeAt
        timers.schedule(timer, at: wakeAt)
    }

    /// Wakes the exchange of a stream.
    mutating func streamTimer(_ exchange: Handle<Exchange>) {
        guard exchanges.contains(exchange) else { return }
        exchanges[exchange].clientStream.timerAt = .distantFuture
        if exchanges[exchange].wakeAt <= now {
            deliver(.timer, to: exchange)
        } else {
            setDeadline(exchange)
        }
    }

    mutating func downstreamTimer(_ handle: Handle<DownstreamConnection>) {
        guard downstreams.contains(handle) else { return }
        downstreams[handle].timerAt = .distantFuture
        let deadline = downstreams[handle].deadline
        guard deadline <= now else {
            setDeadline(handle, deadline)
            return
        }
        switch downstreams[handle].phase {
        case .head:
            // A client that takes nothing of what it was told cannot be told more.
            if downstreams[handle].inbox.leftover.isEmpty || downstreams[handle].isClosing
                || !downstreams[handle].outbox.isEmpty
            {
                closeDownstream(handle)
            } else {
                refuse(handle, .requestTimeout)
            }
        case .body, .waiting, .tunnel:
            guard let exchange = downstreams[handle].exchange else { return }
            deliver(.timer, to: exchange)
        case .multiplexed:
            streamsTimer(handle)
        case .lingering:
            closeDownstream(handle)
        }
    }

    /// Closes pooled connections before the model does, and looks again while there are any.
    mutating func sweepPool() {
        isSweeping = false
        let now = now
        let old = pool.evict { handle in
            !upstreams.contains(handle) || upstreams[handle].expires <= now
        }
        for handle in old where upstreams.contains(handle) {
            closeUpstream(handle)
        }
        sweepShared()
        pipes.trim()
        startSweeping()
    }

    /// Keeps the sweep going while a pool holds anything.
    mutating func startSweeping() {
        guard !isSweeping, pool.idleCount > 0 || pool.sharedCount > 0 || pipes.idleCount > 0 else {
            return
        }
        isSweeping = true
        timers.schedule(sweep, at: now.advanced(by: .milliseconds(250)))
    }
}
