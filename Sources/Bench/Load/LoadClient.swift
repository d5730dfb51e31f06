import Base
import Reactor
import Wire

/// Asks for one path over and over, on so many connections, until so many answers have come.
///
/// The number is exact, so that two runs differ by a known number of requests.
struct LoadClient {
    private let request: [UInt8]
    private let requests: Int

    init(path: String, requests: Int) {
        request = Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8)
        self.requests = requests
    }

    private struct Connection: ~Copyable {
        let socket: Socket
        var input = ByteBuffer()
        var head = ResponseHead()
        var body: BodyDecoder?
        var scanned = 0

        init(_ socket: consuming Socket) {
            self.socket = socket
        }
    }

    /// Prints how many answers came and in how many microseconds; leaves at the first failure.
    func run(port: UInt16, connections count: Int) {
        _ = Descriptors.raiseLimit(wanted: 65_536)
        let start = Clock.now()
        do throws(SystemError) {
            try load(port: port, connections: min(count, requests))
        } catch {
            leave("cannot ask 127.0.0.1:\(port): \(error)")
        }
        let microseconds = Clock.now().since(start).count / 1_000
        Report.line("{\"requests\":\(requests),\"us\":\(microseconds)}")
    }

    private func load(port: UInt16, connections count: Int) throws(SystemError) {
        var poller = try Poller()
        var connections = Slots<Connection>(kind: 1, capacity: max(1, count))
        for _ in 0..<count {
            let socket = try Socket.open(to: .local(port))
            let descriptor = socket.descriptor
            guard case .inserted(let handle) = connections.insert(Connection(socket)) else {
                return
            }
            try poller.add(descriptor, data: handle.bits)
        }
        var started = 0
        var finished = 0
        var begun: Set<UInt64> = []
        while finished < requests {
            for index in 0..<poller.wait(timeout: .seconds(30)) {
                let event = poller.event(index)
                let handle = Handle<Connection>(bits: event.data)
                if event.isFailed { leave("a connection was refused or reset") }
                if event.isWritable, begun.insert(event.data).inserted {
                    started += 1
                    ask(connections[handle].socket)
                }
                guard event.isReadable else { continue }
                while read(&connections[handle]) {
                    finished += 1
                    guard started < requests else { break }
                    started += 1
                    ask(connections[handle].socket)
                }
            }
        }
    }

    private func ask(_ socket: borrowing Socket) {
        let result = request.withUnsafeBytes { socket.send($0) }
        guard result == .transferred(request.count) else { leave("a request was not taken") }
    }

    /// Reads what has come; `true` when it ends an answer.
    private func read(_ connection: inout Connection) -> Bool {
        while true {
            switch connection.socket.read(into: &connection.input, room: 16_384) {
            case .transferred: if isAnswered(&connection) { return true }
            case .wouldBlock: return false
            case .ended, .failed: leave("an answer was cut off")
            }
        }
    }

    private func isAnswered(_ connection: inout Connection) -> Bool {
        if connection.body == nil {
            let parser = ResponseHeadParser()
            let taken = connection.input.withReadable { bytes in
                let result = try? parser.parse(
                    bytes,
                    scanned: &connection.scanned,
                    answering: .get,
                    into: &connection.head
                )
                return result ?? 0
            }
            if taken == 0 { return false }
            guard connection.head.status == 200 else { leave("status not 200") }
            connection.input.consume(taken)
            connection.body = BodyDecoder(connection.head.framing)
        }
        var used = 0
        var decoder = connection.body.take() ?? BodyDecoder(.none)
        connection.input.withReadable { bytes in
            while !decoder.isComplete, used < bytes.count {
                guard let step = try? decoder.next(bytes, from: &used), step != .needsMore else {
                    return
                }
            }
        }
        connection.input.consume(used)
        connection.scanned = 0
        if decoder.isComplete { return true }
        connection.body = consume decoder
        return false
    }
}
