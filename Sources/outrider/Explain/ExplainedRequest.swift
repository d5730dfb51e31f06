import Base
import Wire

/// A request as it is written on a command line, read as a server would read it.
struct ExplainedRequest {
    let head: RequestHead
    let body: [UInt8]?
    /// The path in the bytes of the head, without query.
    var path: [UInt8] { Array(head.fields.bytes[head.path]) }

    /// Reads `line`, such as `POST /v1/chat/completions`.
    init(_ line: String, headers: [String], body: String?) throws(UsageError) {
        let words = line.split(separator: " ").map(String.init)
        guard words.count == 2 else {
            throw UsageError(message: "\"\(line)\" is no request, write 'POST /path'")
        }
        self.body = body.map { Array($0.utf8) }
        let names = try headers.map { (text) throws(UsageError) in
            try ExplainedRequest.name(of: text)
        }
        var lines = ["\(words[0].uppercased()) \(words[1]) HTTP/1.1"]
        if !names.contains("host") { lines.append("host: localhost") }
        lines += headers
        if let body = self.body, !names.contains("content-length") {
            lines.append("content-length: \(body.count)")
        }
        let text = lines.joined(separator: "\r\n") + "\r\n\r\n"
        head = try ExplainedRequest.read(text)
    }

    private static func name(of header: String) throws(UsageError) -> String {
        guard let colon = header.firstIndex(of: ":"), colon > header.startIndex else {
            throw UsageError(message: "a header is written as 'name: value'")
        }
        return header[..<colon].lowercased()
    }

    private static func read(_ text: String) throws(UsageError) -> RequestHead {
        var head = RequestHead()
        var scanned = 0
        let bytes = Array(text.utf8)
        do throws(RequestHeadParser.Failure) {
            let end = try RequestHeadParser().parse(bytes.span, scanned: &scanned, into: &head)
            if end == bytes.count { return head }
        } catch {
            throw UsageError(message: "the request would be refused: \(error)")
        }
        throw UsageError(message: "the request would be refused: it ends before its end")
    }
}
