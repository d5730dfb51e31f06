import Base
import Reactor
import Testing

/// The longest that a test waits for what is bound to happen; reached only when it does not.
let patience = Nanoseconds.seconds(10)

/// A listener on a port that the kernel chose, and both ends of a connection to it.
struct Pair: ~Copyable {
    let client: Socket
    let server: Socket
    let peer: SocketAddress

    /// Connects over loopback, or over a unix socket when told its listener.
    init(over listener: borrowing Listener) throws {
        guard let address = listener.boundAddress else { throw Unexpected("not bound") }
        let client = try connectAndWait(address.isWildcard ? .loopback(address.port) : address)
        let accepted = try acceptOne(listener)
        self.client = client
        peer = accepted.peer
        server = accepted.socket
    }

    /// Connects over loopback.
    init() throws {
        let listener = try Listener(.loopback(0))
        try self.init(over: listener)
    }

    /// Closes the client's end and leaves the server's.
    consuming func closingClient() -> Socket { server }
}

struct Unexpected: Error {
    let what: String

    init(_ what: String) {
        self.what = what
    }
}

extension SocketAddress {
    static func loopback(_ port: UInt16) -> SocketAddress { .ipv4(0x7f00_0001, port: port) }

    var isWildcard: Bool { ipv6Mapped == 0 }
}

/// A connection taken from a listener.
struct Accepted: ~Copyable {
    let socket: Socket
    let peer: SocketAddress
}

/// Takes the next connection, waiting for it.
func acceptOne(_ listener: borrowing Listener) throws -> Accepted {
    try waitUntilReadable(listener.descriptor)
    switch listener.accept() {
    case .accepted(let socket, let peer): return Accepted(socket: socket, peer: peer)
    case .wouldBlock: throw Unexpected("nothing to accept")
    case .outOfDescriptors: throw Unexpected("out of descriptors")
    case .failed(let error): throw error
    }
}

/// Connects, waiting for the end of the attempt.
func connectAndWait(_ address: SocketAddress) throws -> Socket {
    switch try Socket.connect(to: address) {
    case .connected(let socket): return socket
    case .inProgress(let socket):
        try waitForEdge(socket) { $0.isWritable || $0.isFailed }
        if let error = socket.pendingError() { throw error }
        return socket
    }
}

/// Waits until a level-triggered descriptor has something to read.
func waitUntilReadable(_ descriptor: Int32) throws {
    var poller = try Poller()
    try poller.addLevel(descriptor, data: 1)
    let count = poller.wait(timeout: patience)
    try #require(count == 1)
}

/// Waits on a fresh poller until an event of `socket` satisfies `condition`.
@discardableResult func waitForEdge(
    _ socket: borrowing Socket,
    until condition: (Poller.Event) -> Bool
) throws -> Poller.Event {
    var poller = try Poller()
    try poller.add(socket.descriptor, data: 7)
    return try waitForEvent(&poller, until: condition)
}

/// Waits until an event satisfies `condition`; each edge before it is dropped.
@discardableResult func waitForEvent(
    _ poller: inout Poller,
    until condition: (Poller.Event) -> Bool
) throws -> Poller.Event {
    let end = Clock.now().advanced(by: patience)
    while true {
        let now = Clock.now()
        guard now < end else { throw Unexpected("no such event in time") }
        let count = poller.wait(timeout: end.since(now))
        for index in 0..<count {
            let event = poller.event(index)
            if condition(event) { return event }
        }
    }
}

extension Socket {
    /// Sends all of `bytes`, waiting for room.
    func sendAll(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let result = bytes.withUnsafeBytes { memory in
                send(UnsafeRawBufferPointer(rebasing: memory[sent...]))
            }
            switch result {
            case .transferred(let count): sent += count
            case .wouldBlock: try waitForEdge(self) { $0.isWritable }
            case .ended: throw Unexpected("a send cannot end")
            case .failed(let error): throw error
            }
        }
    }

    /// Reads until `count` bytes have come or the peer has ended.
    func receive(_ count: Int) throws -> [UInt8] {
        var buffer = ByteBuffer()
        loop: while buffer.readableCount < count {
            switch read(into: &buffer, room: count - buffer.readableCount) {
            case .transferred: continue
            case .wouldBlock: try waitForEdge(self) { $0.isReadable }
            case .ended: break loop
            case .failed(let error): throw error
            }
        }
        return buffer.withReadable { $0.array(0..<$0.count) }
    }
}

/// Sends until the kernel takes no more and says how many bytes that were.
func fill(_ socket: borrowing Socket) throws -> Int {
    let piece = [UInt8](repeating: 1, count: 65536)
    var sent = 0
    while true {
        switch piece.withUnsafeBytes({ socket.send($0) }) {
        case .transferred(let count): sent += count
        case .wouldBlock: return sent
        case .ended: throw Unexpected("a send cannot end")
        case .failed(let error): throw error
        }
    }
}

/// The system error that `make` throws, `nil` when it makes its value.
func failure<Value: ~Copyable>(_ make: () throws(SystemError) -> Value) -> SystemError? {
    do throws(SystemError) {
        _ = try make()
        return nil
    } catch {
        return error
    }
}
