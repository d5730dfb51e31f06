import Base
import Wire

/// One answer of the admin port.
struct AdminAnswer: ~Copyable {
    var status = 200
    var contentType: StaticString = "text/plain; charset=utf-8"
    /// The methods of the path, where another was used.
    var allow: StaticString?
    var body = ByteBuffer()

    init(_ status: Int = 200, _ contentType: StaticString = "text/plain; charset=utf-8") {
        self.status = status
        self.contentType = contentType
    }

    /// A line of text.
    static func text(_ status: Int, _ text: String) -> AdminAnswer {
        var answer = AdminAnswer(status)
        answer.body.append(text)
        answer.body.append("\n")
        return answer
    }

    /// An error in the shape of every error of the product.
    static func error(_ status: Int, code: StaticString, _ message: String) -> AdminAnswer {
        var answer = AdminAnswer(status, "application/json")
        var writer = JSONWriter()
        writer.beginObject(&answer.body)
        writer.key("error", &answer.body)
        writer.beginObject(&answer.body)
        writer.key("message", &answer.body)
        writer.string(message, &answer.body)
        writer.key("type", &answer.body)
        writer.string(errorType(status), &answer.body)
        writer.key("code", &answer.body)
        writer.string(code, &answer.body)
        for name in ["param", "request_id", "trace_id"] {
            writer.key(name, &answer.body)
            writer.null(&answer.body)
        }
        writer.endObject(&answer.body)
        writer.endObject(&answer.body)
        answer.body.append("\n")
        return answer
    }

    /// Writes head and body; of an answer to HEAD only the head.
    func append(isHead: Bool, isClosing: Bool, date: [UInt8], to output: inout ByteBuffer) {
        append(headTo: &output, isClosing: isClosing, date: date)
        if !isHead { output.append(contentsOf: body) }
    }

    /// Writes the head, in HTTP/1.1.
    func append(headTo output: inout ByteBuffer, isClosing: Bool, date: [UInt8]) {
        HeadEncoder.appendStatusLine(status, to: &output)
        output.append("date: ")
        output.append(date)
        output.append("\r\nserver: outrider\r\ncache-control: no-store\r\n")
        output.append("x-content-type-options: nosniff\r\n")
        HeadEncoder.appendLine("content-type", contentType, to: &output)
        HeadEncoder.appendLine("content-length", decimal: UInt64(body.readableCount), to: &output)
        if let allow { HeadEncoder.appendLine("allow", allow, to: &output) }
        if isClosing { HeadEncoder.appendLine("connection", "close", to: &output) }
        HeadEncoder.appendEnd(to: &output)
    }

    private static func errorType(_ status: Int) -> StaticString {
        switch status {
        case 401: "authentication_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 400..<500: "invalid_request_error"
        default: "server_error"
        }
    }
}
