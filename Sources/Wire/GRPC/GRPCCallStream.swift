package import Base

/// One call of gRPC on an HTTP/2 connection of its own: bytes in, bytes and an answer out.
///
/// The server is taken to speak HTTP/2 without being asked (RFC 9113 §3.3); one that does not is
/// told from one that breaks it, because that is what an operator has to know.
package struct GRPCCallStream: ~Copyable {
    package enum Step: Sendable, Hashable {
        case needsMore
        /// `answer` is whole.
        case answered
        case failed(String)
    }

    /// Bytes of the answer's body at most, which a stream's first window has room for.
    static let bodyBytes = 16_384

    package private(set) var answer = GRPCCall.Answer()
    private var engine: HTTP2Connection
    private var head = ResponseHead()
    private var body: [UInt8] = []
    /// The server's settings have come: it does speak HTTP/2.
    private var isGreeted = false

    /// Writes the call; `isSecure` says that it goes over TLS.
    package init(_ call: GRPCCall, isSecure: Bool = false, to output: inout ByteBuffer) {
        var limits = HTTP2Limits()
        limits.streams = 1
        limits.listSize = 16_384
        var engine = HTTP2Connection(.client, limits, isSecure: isSecure)
        engine.start(to: &output)
        // A connection that has just begun takes the first stream.
        if let stream = engine.open(tag: 1) {
            var head = ByteBuffer()
            call.append(headTo: &head)
            head.withReadable { engine.sendHead($0, on: stream, endsStream: false, to: &output) }
            var body = ByteBuffer()
            call.append(bodyTo: &body)
            body.withReadable { engine.send($0, on: stream, endsStream: true, to: &output) }
        }
        self.engine = engine
    }

    /// Takes what came, all but a frame that is not whole; what is to be sent goes to `output`.
    package mutating func take(
        _ input: inout ByteBuffer,
        now: Instant,
        to output: inout ByteBuffer
    ) -> Step {
        var step = Step.needsMore
        let used = input.withReadable { bytes in
            // Of HTTP/2, this would be the length of a frame that nobody may send.
            if bytes.count >= 5, !isGreeted, bytes.equals("HTTP/", 0..<5) {
                step = .failed("the server speaks HTTP/1, not HTTP/2")
                return 0
            }
            var index = 0
            while case .needsMore = step {
                let event = engine.next(bytes, &index, now: now, to: &output)
                if case .needsMore = event { break }
                step = follow(event, bytes)
            }
            return index
        }
        input.consume(used)
        engine.pump(to: &output, room: Self.bodyBytes)
        return step
    }

    /// The server closed the connection.
    package func ended() -> Step {
        .failed(isGreeted ? "closed without an answer" : "closed without a word of HTTP/2")
    }

    private mutating func follow(_ event: HTTP2Event, _ bytes: Span<UInt8>) -> Step {
        switch event {
        case .needsMore, .windowOpened, .goAway, .pong, .refusedHead:
            return .needsMore
        case .settings:
            isGreeted = true
            return .needsMore
        case .interim:
            engine.takeHead(into: &head)
            return .needsMore
        case .head(_, let endsStream):
            engine.takeHead(into: &head)
            answer.httpStatus = head.status
            note(statusIn: head.fields)
            return endsStream ? finish() : .needsMore
        case .data(_, let range, let endsStream):
            body.append(bytes.extracting(range))
            guard body.count <= Self.bodyBytes else { return .failed("the answer is too large") }
            return endsStream ? finish() : .needsMore
        case .trailers:
            note(statusIn: engine.takeTrailers())
            return finish()
        case .reset(_, let code, _):
            return .failed("the call was reset (\(code))")
        case .failed(let code, _):
            let evidence = "the server broke the rules of HTTP/2 (\(code))"
            return .failed(isGreeted ? evidence : "the server does not speak HTTP/2")
        }
    }

    /// How the call ended stands behind the body, or in the head of an answer without one.
    private mutating func note(statusIn fields: Fields) {
        guard let value = fields.first(.grpcStatus) else { return }
        answer.status = fields.withBytes { GRPCStatus($0, value) }
    }

    private mutating func finish() -> Step {
        let body = body
        if let range = try? GRPCMessage.range(in: body.span, limit: Self.bodyBytes) {
            answer.message = Array(body[range])
        }
        return .answered
    }
}
