import Base
import Reactor
import Testing

@testable import Proxy

/// A control loop's reactor, and a server on loopback that answers in the same thread.
struct FetchBench: ~Copyable {
    /// A connection that the server has accepted.
    struct Peer: ~Copyable {
        let socket: Socket
        var received = ByteBuffer()

        mutating func read() -> String {
            _ = socket.read(into: &received, room: 4_096)
            return received.text()
        }
    }

    var reactor: ControlReactor
    /// Requests as they came.
    private(set) var requests: [String] = []
    /// What every request is answered with; `nil` stays silent.
    var answer: String?
    private let listener: Listener
    private var peers = Slots<Peer>(kind: 200, capacity: 2_048)
    private let tick: TimerID

    init(answering answer: String?) throws {
        let reactor = try ControlReactor()
        listener = try Listener(.ipv4(0x7f00_0001, port: 0))
        self.reactor = reactor
        tick = self.reactor.timers.makeTimer(data: 0)
        self.answer = answer
    }

    /// A whole answer with a length.
    static func page(_ body: String, status: Int = 200) -> String {
        "HTTP/1.1 \(status) X\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    var url: String { "http://127.0.0.1:\(listener.boundAddress?.port ?? 0)/set?a=b" }

    /// One turn: the server's, then the loop's; tells events and the timers that were due.
    mutating func turn() -> (events: [Poller.Event], due: [UInt64]) {
        serve()
        reactor.timers.schedule(tick, at: reactor.now.advanced(by: .milliseconds(2)))
        let count = reactor.wait()
        let events = (0..<count).map { reactor.poller.event($0) }
        var due: [UInt64] = []
        reactor.takeDue(into: &due)
        return (events, due.filter { $0 != 0 })
    }

    private mutating func serve() {
        while case .accepted(let socket, _) = listener.accept() {
            _ = peers.insert(Peer(socket: socket))
        }
        for handle in peers.handles() {
            let text = peers[handle].read()
            let isForm = text.hasPrefix("POST")
            guard text.hasSuffix(isForm ? "access_token" : "\r\n\r\n"), let answer else { continue }
            requests.append(text)
            var output = ByteBuffer()
            output.append(answer)
            _ = peers[handle].socket.send(output)
            _ = peers.remove(handle)
        }
    }
}
