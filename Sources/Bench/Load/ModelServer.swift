import Base
import Reactor
import Wire

/// A model server that costs little: the other end of a proxy whose cost is measured.
///
/// `/` answers 16 bytes, `/16k`, `/1m` and `/bytes?n=` so many, any POST 1 KiB of JSON after its
/// body has been read, `/sse?n=&ms=` so many events, one every so many milliseconds. One thread.
struct ModelServer: ~Copyable {
    private var listener: Listener
    private var poller: Poller
    private var connections = Slots<ModelConnection>(kind: 1, capacity: 65_536)
    private var wheel = TimerWheel(now: Clock.now())
    private var due: [UInt64] = []
    private let pages = ModelPages()

    /// Prints the port, of a unix socket 0, and serves until it is killed.
    static func serve(at address: SocketAddress) -> Never {
        _ = Descriptors.raiseLimit(wanted: 65_536)
        do throws(SystemError) {
            var server = try ModelServer(at: address)
            Report.line("\(server.port)")
            while true { server.turn(upTo: nil) }
        } catch {
            leave("cannot listen: \(error)")
        }
    }

    init(at address: SocketAddress) throws(SystemError) {
        let listener = try Listener(address)
        let poller = try Poller()
        try poller.addLevel(listener.descriptor, data: 0)
        self.listener = listener
        self.poller = poller
    }

    /// Where it listens.
    var port: UInt16 { listener.boundAddress?.port ?? 0 }

    /// Waits for what comes next, at most until `bound` has passed, and deals with it.
    mutating func turn(upTo bound: Nanoseconds?) {
        let left = wheel.nextDeadline.map { $0.since(Clock.now()) }
        let count = poller.wait(timeout: [left, bound].compactMap { $0 }.min())
        for index in 0..<count {
            let event = poller.event(index)
            if event.data == 0 {
                accept()
            } else {
                let handle = Handle<ModelConnection>(bits: event.data)
                guard connections.contains(handle) else { continue }
                let isAlive = connections[handle].react(event, pages)
                settle(handle, isAlive: isAlive)
            }
        }
        due.removeAll(keepingCapacity: true)
        wheel.advance(to: Clock.now(), due: &due)
        for data in due {
            let handle = Handle<ModelConnection>(bits: data)
            guard connections.contains(handle) else { continue }
            let isAlive = connections[handle].sendEvents(at: Clock.now(), pages)
            settle(handle, isAlive: isAlive)
        }
    }

    private mutating func accept() {
        while case .accepted(let socket, _) = listener.accept() {
            let descriptor = socket.descriptor
            switch connections.insert(ModelConnection(socket)) {
            case .inserted(let handle):
                // As a model does: it asks for room only where it has none. A connection that
                // cannot be polled is closed at once.
                let isPolled: Void? = try? poller.add(
                    descriptor,
                    data: handle.bits,
                    hearsOfRoom: false
                )
                if isPolled == nil { _ = connections.remove(handle) }
            case .full: continue
            }
        }
    }

    /// Closes what has ended, and wakes up for the next event of a stream.
    private mutating func settle(_ handle: Handle<ModelConnection>, isAlive: Bool) {
        guard isAlive else {
            if let timer = connections[handle].timer { wheel.free(timer) }
            _ = connections.remove(handle)
            return
        }
        if connections[handle].missesRoom {
            connections[handle].hearsOfRoom = true
            poller.hearOfRoom(connections[handle].descriptor, data: handle.bits)
        }
        guard let next = connections[handle].nextEvent else { return }
        let timer = connections[handle].timer ?? wheel.makeTimer(data: handle.bits)
        connections[handle].timer = timer
        wheel.schedule(timer, at: next)
    }
}
