import Base
import Reactor

/// Passes bytes between clients and models and understands none of them: what the system calls of
/// a proxy cost by themselves.
///
/// Each client has a connection of its own to its model, so that nothing has to be parsed: a
/// request costs a read and a send, and its answer the same. One thread.
struct Relay: ~Copyable {
    /// Where clients come in, and what they are led to.
    struct Door: Hashable {
        let port: UInt16
        let model: SocketAddress
    }

    // Not private: as an argument of a generic type it would stop the compiler of debug builds.
    struct End: ~Copyable {
        let socket: Socket
        var hearsOfRoom: Bool
        /// The other end; the client's is without one until the model's is made.
        var peer: Handle<End>?
        /// What this end was sent and its kernel did not take.
        var waiting = ByteBuffer()
        /// Something may be left to read; the peer has to take what waits first.
        var isPaused = false

        init(_ socket: consuming Socket, hearsOfRoom: Bool) {
            self.socket = socket
            self.hearsOfRoom = hearsOfRoom
        }
    }

    /// What one read takes at most, in bytes.
    private static let room = 65_536

    private let doors: [Door]
    private let places: [Handle<Listener>]
    private var listeners: Slots<Listener>
    private var poller: Poller
    private var ends = Slots<End>(kind: 1, capacity: 65_536)
    private var input = ByteBuffer()

    /// Prints that it is ready, and serves until it is killed.
    static func serve(_ doors: [Door]) -> Never {
        _ = Descriptors.raiseLimit(wanted: 65_536)
        do throws(SystemError) {
            var relay = try Relay(doors)
            Report.line("ready")
            while true { relay.turn(upTo: nil) }
        } catch {
            leave("cannot listen: \(error)")
        }
    }

    /// Listens at all `doors`, at most 16 of them.
    init(_ doors: [Door]) throws(SystemError) {
        let poller = try Poller()
        var listeners = Slots<Listener>(kind: 2, capacity: 16)
        var places: [Handle<Listener>] = []
        for (index, door) in doors.enumerated() {
            let listener = try Listener(.local(door.port))
            try poller.addLevel(listener.descriptor, data: UInt64(index))
            if case .inserted(let handle) = listeners.insert(listener) { places.append(handle) }
        }
        self.doors = doors
        self.listeners = listeners
        self.places = places
        self.poller = poller
    }

    /// The port of the door at `index`.
    mutating func port(_ index: Int) -> UInt16 {
        listeners[places[index]].boundAddress?.port ?? 0
    }

    /// Waits for what comes next, at most until `bound` has passed, and passes it on.
    mutating func turn(upTo bound: Nanoseconds?) {
        for index in 0..<poller.wait(timeout: bound) {
            let event = poller.event(index)
            let handle = Handle<End>(bits: event.data)
            if handle.kind != ends.kind {
                accept(Int(event.data))
            } else if ends.contains(handle) {
                react(handle, event)
            }
        }
    }

    private mutating func accept(_ door: Int) {
        while case .accepted(let client, _) = listeners[places[door]].accept() {
            guard let model = connect(to: doors[door].model) else { continue }
            guard let end = add(client, hearsOfRoom: true) else {
                _ = ends.remove(model)
                continue
            }
            ends[end].peer = model
            ends[model].peer = end
        }
    }

    private mutating func connect(to address: SocketAddress) -> Handle<End>? {
        do throws(SystemError) {
            return add(try Socket.open(to: address), hearsOfRoom: !address.isUnix)
        } catch {
            return nil
        }
    }

    private mutating func add(_ socket: consuming Socket, hearsOfRoom: Bool) -> Handle<End>? {
        let descriptor = socket.descriptor
        let end = End(socket, hearsOfRoom: hearsOfRoom)
        guard case .inserted(let handle) = ends.insert(end) else { return nil }
        let isPolled: Void? = try? poller.add(
            descriptor,
            data: handle.bits,
            hearsOfRoom: hearsOfRoom
        )
        if isPolled != nil { return handle }
        _ = ends.remove(handle)
        return nil
    }

    private mutating func react(_ handle: Handle<End>, _ event: Poller.Event) {
        guard let peer = ends[handle].peer, !event.isBroken else { return close(handle) }
        if event.isWritable, !ends[handle].waiting.isEmpty {
            guard flush(handle) else { return close(handle) }
            if ends[handle].waiting.isEmpty, ends[peer].isPaused { pass(from: peer, to: handle) }
        }
        guard ends.contains(handle), event.isReadable || event.isEnded else { return }
        pass(from: handle, to: peer)
    }

    /// Passes on what has arrived, until nothing is left or the other end takes no more.
    private mutating func pass(from handle: Handle<End>, to peer: Handle<End>) {
        while ends[peer].waiting.isEmpty {
            switch ends[handle].socket.read(into: &input, room: Self.room) {
            case .transferred(let count):
                guard sendInput(to: peer) else { return close(handle) }
                // Fewer than offered: nothing is left, and the next edge will tell.
                if count < Self.room {
                    ends[handle].isPaused = false
                    return
                }
            case .wouldBlock:
                ends[handle].isPaused = false
                return
            case .ended, .failed:
                return close(handle)
            }
        }
        ends[handle].isPaused = true
    }

    /// Sends what was read and keeps what is not taken; `false` when the connection is broken.
    private mutating func sendInput(to handle: Handle<End>) -> Bool {
        switch ends[handle].socket.send(input) {
        case .transferred(let count): input.consume(count)
        case .wouldBlock: break
        case .ended, .failed: return false
        }
        if !input.isEmpty {
            ends[handle].waiting.append(contentsOf: input)
            hearOfRoom(handle)
        }
        input.clear()
        return true
    }

    /// Sends what waits; `false` when the connection is broken.
    private mutating func flush(_ handle: Handle<End>) -> Bool {
        switch ends[handle].socket.send(ends[handle].waiting) {
        case .transferred(let count): ends[handle].waiting.consume(count)
        case .wouldBlock: break
        case .ended, .failed: return false
        }
        return true
    }

    private mutating func hearOfRoom(_ handle: Handle<End>) {
        guard !ends[handle].hearsOfRoom else { return }
        ends[handle].hearsOfRoom = true
        poller.hearOfRoom(ends[handle].socket.descriptor, data: handle.bits)
    }

    /// One end has gone, and so goes the other.
    private mutating func close(_ handle: Handle<End>) {
        if let peer = ends[handle].peer { _ = ends.remove(peer) }
        _ = ends.remove(handle)
    }
}
