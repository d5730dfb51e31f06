import Base

/// The answers of the model server, written once.
struct ModelPages: Sendable {
    /// What bodies are made of, over and over.
    let block: [UInt8]
    private let json: [UInt8]

    init() {
        block = (0..<1_048_576).map { UInt8(ascii: "a") + UInt8(($0 * 7 + $0 / 64) & 15) }
        json = Array("{\"result\":\"\(String(repeating: "x", count: 1_011))\"}".utf8)
    }

    /// What is asked for by a path.
    enum Page: Hashable {
        case bytes(Int)
        case events(count: Int, every: Nanoseconds)

        init(path: String) {
            let parts = path.split(separator: "?", maxSplits: 1)
            var values: [Substring: Int] = [:]
            for pair in (parts.count == 2 ? parts[1] : "").split(separator: "&") {
                let sides = pair.split(separator: "=", maxSplits: 1)
                if sides.count == 2 { values[sides[0]] = Int(sides[1]).map { max(0, $0) } }
            }
            switch parts.first {
            case "/16k": self = .bytes(16_384)
            case "/1m": self = .bytes(1_048_576)
            case "/bytes": self = .bytes(values["n"] ?? 16)
            case "/sse":
                let every = Nanoseconds.milliseconds(UInt64(values["ms"] ?? 20))
                self = .events(count: max(1, values["n"] ?? 50), every: every)
            default: self = .bytes(16)
            }
        }
    }

    /// The head of an answer of `count` bytes.
    func appendHead(of count: Int, isLast: Bool, to output: inout ByteBuffer) {
        output.append("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n")
        output.append("Content-Length: ")
        output.append("\(count)" as String)
        output.append(isLast ? "\r\nConnection: close" : "\r\nServer: model")
        output.append("\r\n\r\n")
    }

    /// What a POST is answered with.
    func appendJSON(isLast: Bool, to output: inout ByteBuffer) {
        output.append("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
        output.append("Content-Length: 1024\r\n")
        output.append(isLast ? "Connection: close\r\n\r\n" : "Server: model\r\n\r\n")
        output.append(json)
    }

    /// The head of a stream of events.
    func appendStreamHead(to output: inout ByteBuffer) {
        output.append("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")
        output.append("Cache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n")
    }
}
