import Base
import Wire

/// The one answer to a request of a sample service: whole, or event by event.
///
/// Everything a sample says carries `server: outrider-sample`, so that nobody takes it for a
/// model's word.
struct SampleReply: ~Copyable {
    private let socket: SampleSocket
    private let isHead: Bool
    private let isChunked: Bool
    private var output = ByteBuffer()
    /// Whether the connection can carry another request after this.
    private(set) var isKeptAlive: Bool

    init(to request: SampleRequest, on socket: SampleSocket) {
        self.socket = socket
        isHead = request.head.method == .head
        isChunked = request.head.minorVersion > 0
        isKeptAlive = request.head.isKeptAlive && isChunked
    }

    /// Sends a whole JSON answer that `write` writes.
    mutating func json(_ status: Int, _ write: (inout JSONWriter, inout ByteBuffer) -> Void) {
        var body = ByteBuffer()
        var writer = JSONWriter()
        writer.beginObject(&body)
        write(&writer, &body)
        writer.key("sample", &body)
        writer.bool(true, &body)
        writer.endObject(&body)
        body.append("\n")
        begin(status, "application/json")
        HeadEncoder.appendLine("content-length", decimal: UInt64(body.readableCount), to: &output)
        HeadEncoder.appendEnd(to: &output)
        if !isHead { output.append(contentsOf: body) }
        flush()
    }

    /// Sends an error in the shape that AI clients parse.
    mutating func error(_ status: Int, _ message: String) {
        json(status) { writer, body in
            writer.key("error", &body)
            writer.beginObject(&body)
            writer.key("message", &body)
            writer.string(message, &body)
            writer.key("type", &body)
            writer.string(status < 500 ? "invalid_request_error" : "server_error", &body)
            writer.endObject(&body)
        }
    }

    /// Begins a stream of events.
    mutating func beginEvents() {
        begin(200, "text/event-stream")
        HeadEncoder.appendLine("cache-control", "no-store", to: &output)
        if isChunked {
            HeadEncoder.appendLine("transfer-encoding", "chunked", to: &output)
        } else {
            isKeptAlive = false
        }
        HeadEncoder.appendEnd(to: &output)
        flush()
    }

    /// Sends one event at once; `false` when the client is gone.
    mutating func event(_ data: borrowing ByteBuffer) -> Bool {
        guard !isHead else { return true }
        var event = ByteBuffer()
        EventStream.append(data, to: &event)
        if isChunked { ChunkedEncoder.appendHeader(event.readableCount, to: &output) }
        output.append(contentsOf: event)
        if isChunked { ChunkedEncoder.appendDataEnd(to: &output) }
        return flush()
    }

    /// Ends the stream of events.
    mutating func endEvents() {
        if isChunked, !isHead { ChunkedEncoder.appendEnd(trailers: nil, to: &output) }
        flush()
    }

    private mutating func begin(_ status: Int, _ type: StaticString) {
        HeadEncoder.appendStatusLine(status, to: &output)
        HeadEncoder.appendLine("server", "outrider-sample", to: &output)
        HeadEncoder.appendLine("content-type", type, to: &output)
        if !isKeptAlive { HeadEncoder.appendLine("connection", "close", to: &output) }
    }

    @discardableResult private mutating func flush() -> Bool {
        let isThere = socket.send(&output)
        if !isThere { isKeptAlive = false }
        return isThere
    }
}
