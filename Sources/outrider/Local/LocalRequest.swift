/// One small HTTP/1.1 request to a server on this machine, of whose answer the status counts.
struct LocalRequest {
    enum Failure: Error {
        case socket(LocalSocket.Failure)
        case malformedAnswer
    }

    /// A status line longer than this is none.
    private static let lineLimit = 1_024

    let method: String
    let url: LocalURL

    /// Sends it and waits for the status of the answer.
    func send(by deadline: Deadline) throws(Failure) -> Int {
        let line: [UInt8]
        do throws(LocalSocket.Failure) {
            let socket = try LocalSocket.connect(to: url.address, by: deadline)
            try socket.send(Array(head.utf8))
            line = try receiveLine(socket)
        } catch {
            throw .socket(error)
        }
        guard let status = status(of: line) else { throw .malformedAnswer }
        return status
    }

    private var head: String {
        let length = method == "GET" ? "" : "Content-Length: 0\r\n"
        return "\(method) \(url.path) HTTP/1.1\r\nHost: \(url.host)\r\nUser-Agent: outrider\r\n"
            + "Connection: close\r\n\(length)\r\n"
    }

    /// What comes up to the first line feed, without waiting for more.
    private func receiveLine(
        _ socket: borrowing LocalSocket
    ) throws(LocalSocket.Failure) -> [UInt8] {
        let lineFeed = UInt8(ascii: "\n")
        var line: [UInt8] = []
        while line.count < LocalRequest.lineLimit, !line.contains(lineFeed) {
            let bytes = try socket.receive(upTo: LocalRequest.lineLimit)
            if bytes.isEmpty { break }
            line += bytes
        }
        return Array(line.prefix { $0 != lineFeed })
    }

    /// The status in a status line (RFC 9112 §4).
    private func status(of line: [UInt8]) -> Int? {
        let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
        guard words.count >= 2, words[0].starts(with: "HTTP/1.".utf8) else { return nil }
        let code = String(decoding: words[1], as: UTF8.self).prefix { $0 != "\r" }
        guard code.utf8.count == 3, let status = Int(code), status >= 100 else { return nil }
        return status
    }
}

extension LocalRequest.Failure {
    /// What happened, as a clause.
    var message: String {
        switch self {
        case .socket(let failure): failure.message
        case .malformedAnswer: "the answer is not HTTP"
        }
    }
}
