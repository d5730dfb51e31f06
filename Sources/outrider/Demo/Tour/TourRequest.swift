import Base
import Config
import Reactor

/// One request of the tour to a port of this machine; the next one takes a new connection.
struct TourRequest: Sendable {
    let port: UInt16
    let path: String
    var method = "GET"
    var headers: [(name: String, value: String)] = []
    var body: String?
    /// The answer must be whole by then.
    var patienceMilliseconds = 15_000

    init(_ port: UInt16, _ path: String) {
        self.port = port
        self.path = path
    }

    /// A POST; `body` is JSON.
    init(_ port: UInt16, post path: String, _ body: String? = nil) {
        self.port = port
        self.path = path
        self.body = body
        method = "POST"
    }

    /// The same with an API key, if there is one.
    func bearing(_ key: String?) -> TourRequest {
        var request = self
        if let key { request.headers.append(("authorization", "Bearer \(key)")) }
        return request
    }

    /// Sends it and reads the whole answer; `onEvent` is told of each event as it comes.
    func send(onEvent: () -> Void = {}) throws(TourFailure) -> TourAnswer {
        var reader = TourAnswerReader(begun: Clock.now())
        do throws(LocalSocket.Failure) {
            let deadline = Deadline(inMilliseconds: patienceMilliseconds)
            let address = Address.host("127.0.0.1", port: port)
            let socket = try LocalSocket.connect(to: address, by: deadline)
            try socket.send(Array(text.utf8))
            while reader.state == .reading {
                let bytes = try socket.receive(upTo: 16_384)
                for _ in 0..<reader.take(bytes, now: Clock.now()) { onEvent() }
            }
        } catch {
            throw TourFailure("\(self): \(error.message)")
        }
        guard reader.state == .whole else { throw TourFailure("\(self): the answer was cut short") }
        return reader.answer
    }

    private var text: String {
        var head = "\(method) \(path) HTTP/1.1\r\nhost: 127.0.0.1:\(port)\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        head += "connection: close\r\n"
        if let body {
            head += "content-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n"
        } else if method == "POST" {
            head += "content-length: 0\r\n"
        }
        return head + "\r\n" + (body ?? "")
    }
}

extension TourRequest: CustomStringConvertible {
    var description: String { "\(method) 127.0.0.1:\(port)\(path)" }
}
