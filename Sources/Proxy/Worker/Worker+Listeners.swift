import Base
import Config
import Reactor
import Telemetry

/// How a worker's listeners come, accept, rest for a while and go.
extension Worker {
    /// How long a listener rests when nothing can be accepted.
    static let listenerRest = Nanoseconds.milliseconds(100)

    /// Serves the listener that `place` brings.
    mutating func listen(_ place: ListeningPlace) {
        guard let listener = place.take() else { return }
        let port = ListeningPort(
            listener: listener,
            address: place.address,
            upstream: place.upstream,
            door: context.snapshot.door(place.address, upstream: place.upstream)
        )
        guard case .inserted(let handle) = listeners.insert(port) else {
            return Complaint.write("too many listeners; \(place.address) is not served")
        }
        do throws(SystemError) {
            try poll(handle)
        } catch {
            Complaint.write("cannot serve \(place.address): \(error)")
        }
    }

    /// Closes a listener that a reload has taken away; its connections go on.
    mutating func unlisten(_ address: Address, upstream: Int) {
        for handle in listeners.handles()
        where listeners[handle].address == address && listeners[handle].upstream == upstream {
            if let rest = listeners[handle].rest { timers.free(rest) }
            _ = listeners.remove(handle)
        }
    }

    /// Accepts a bounded number of connections; the level-triggered poller tells of the rest.
    mutating func accept(_ handle: Handle<ListeningPort>) {
        guard listeners.contains(handle) else { return }
        for _ in 0..<64 {
            switch listeners[handle].listener.accept() {
            case .accepted(let socket, let peer):
                open(
                    socket,
                    peer: peer,
                    upstream: listeners[handle].upstream,
                    door: listeners[handle].door
                )
            case .outOfDescriptors:
                let isGateway = context.snapshot.isGateway
                // Who expects a handshake would take it for garbage.
                let answer =
                    listeners[handle].door.tls == nil
                    ? LocalReply.tooManyConnections(isGateway: isGateway) : []
                switch listeners[handle].listener.refuseOne(answer: answer) {
                case .refused: lifecycle.metrics.connectionsRefused.add()
                case .nobody: return
                case .outOfDescriptors: return pause(handle)
                }
            case .wouldBlock:
                return
            case .failed:
                return pause(handle)
            }
        }
    }

    /// Looks away from a listener that stays readable without anything to be had.
    private mutating func pause(_ handle: Handle<ListeningPort>) {
        guard listeners[handle].rest == nil else { return }
        do throws(SystemError) {
            try poller.remove(listeners[handle].listener.descriptor)
        } catch {
            return
        }
        let rest = timers.makeTimer(data: handle.bits)
        listeners[handle].rest = rest
        timers.schedule(rest, at: now.advanced(by: Self.listenerRest))
    }

    /// Looks at a listener again whose rest is over.
    mutating func resume(_ handle: Handle<ListeningPort>) {
        guard listeners.contains(handle), let rest = listeners[handle].rest else { return }
        do throws(SystemError) {
            try poll(handle)
            timers.free(rest)
            listeners[handle].rest = nil
        } catch {
            timers.schedule(rest, at: now.advanced(by: Self.listenerRest))
        }
    }

    private func poll(_ handle: Handle<ListeningPort>) throws(SystemError) {
        try poller.addLevel(
            listeners[handle].listener.descriptor,
            data: handle.bits,
            isExclusive: true
        )
    }
}

/// A socket that accepts, and whose requests go to the upstream with that index.
struct ListeningPort: ~Copyable {
    var listener: Listener
    let address: Address
    var upstream: Int
    /// What clients speak here.
    var door: Snapshot.Door
    /// Ends its rest; `nil` while the poller watches it.
    var rest: TimerID?
}
