import Base
import Reactor
import Testing

/// The longest that a test waits for what is bound to happen; reached only when it does not.
let patience = Nanoseconds.seconds(10)

/// A listener on a port that the kernel chose, and both ends of a connection to it.
struct Pair: ~Copyable {
    var client: Socket
    var server: Socket
    let peer: SocketAddress

    /// Connects over loopback, or over a unix socket when told its listener.
    init(over listener: borrowing Listener) throws {
        let address = try #require(listener.boundAddress)
        client = try connectAndWait(address.isWildcard ? .loopback(address.port) : address)
        try waitUntilReadable(listener.descriptor)
        switch listener.accept() {
        case .accepted(let socket, let peer):
            server = socket
            self.peer = peer
        case .wouldBlock: throw Unexpected("nothing to accept")
        case .outOfDescriptors: throw Unexpected("out of descriptors")
        case .failed(let error): throw error
        }
    }

    /// Connects over loopback.
    init() throws {
        let listener = try Listener(.loopback(0))
        try self.init(over: listener)
    }
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

/// Connects, waiting for the end of the attempt.
func connectAndWait(_ address: SocketAddress) throws -> Socket {
    switch try Socket.connect(to: address) {
    case .connected(let socket): return socket
    case .inProgress(let socket):
        let event = try waitForEdge(socket) { $0.isWritable }
        _ = event
        if let error = socket.pendingError() { throw error }
        return socket
    }
}

/// Waits until a level-triggered descriptor has something to read.
func waitUntilReadable(_ descriptor: Int32) throws {
    var poller = try Poller()
    try poller.addLevel(descriptor, data: 1)
    try #require(poller.wait(timeout: patience) == 1)
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
