import Base
import Testing
import Wire

@Suite struct GRPCCallStreamTests {
    private static let now = Instant(nanoseconds: 0)

    /// A server's end, whose answers are written by hand.
    private struct Server: ~Copyable {
        var engine = HTTP2Connection(.server)
        var output = ByteBuffer()
        var head = RequestHead()
        var stream: StreamID?
        var body: [UInt8] = []

        init() {
            engine.start(to: &output)
        }

        mutating func take(_ input: borrowing ByteBuffer) {
            var index = 0
            input.withReadable { bytes in
                while true {
                    switch engine.next(bytes, &index, now: GRPCCallStreamTests.now, to: &output) {
                    case .needsMore: return
                    case .head(let id, _):
                        stream = id
                        engine.takeHead(into: &head)
                    case .data(_, let range, _): body.append(bytes.extracting(range))
                    default: break
                    }
                }
            }
        }

        mutating func answer(_ head: String, _ body: [UInt8]?, trailers: String? = nil) {
            guard let stream else { return }
            let head = Array(head.utf8)
            engine.sendHead(head.span, on: stream, endsStream: body == nil, to: &output)
            guard let body else { return }
            let isLast = trailers == nil
            engine.send(body.span, on: stream, endsStream: isLast, to: &output)
            guard let trailers else { return }
            let lines = Array(trailers.utf8)
            engine.sendTrailers(lines.span, on: stream, to: &output)
        }
    }

    private static let head = "HTTP/1.1 200 OK\r\ncontent-type: application/grpc\r\n"

    private var call: GRPCCall {
        GRPCCall(path: "/a.B/C", host: "h:1", message: [8, 1], timeout: .milliseconds(1_500))
    }

    @Test func `a call has what gRPC wants of it`() {
        var output = ByteBuffer()
        _ = GRPCCallStream(call, to: &output)
        var server = Server()

        server.take(output)

        let head = server.head
        #expect(head.method == .post && head.fields.text(head.path) == "/a.B/C")
        #expect(head.fields.text(head.authority) == "h:1")
        let lines = head.fields.lines.map { head.fields.text($0.lineRange) }.joined()
        #expect(lines.contains("content-type: application/grpc\r\n"))
        #expect(lines.contains("te: trailers\r\n"))
        #expect(lines.contains("grpc-timeout: 1500m\r\n"))
        #expect(server.body == [0, 0, 0, 0, 2, 8, 1])
    }

    @Test func `a call over TLS says so`() {
        var plain = ByteBuffer()
        _ = GRPCCallStream(call, to: &plain)
        var secure = ByteBuffer()
        _ = GRPCCallStream(call, isSecure: true, to: &secure)

        let pairs = zip(bytes(plain), bytes(secure)).filter { $0 != $1 }

        // `:scheme` is one byte, http or https (RFC 7541 Appendix A).
        #expect(pairs.map(\.0) == [0x86] && pairs.map(\.1) == [0x87])
    }

    @Test func `the answer comes whole, however it is cut`() {
        var asked = ByteBuffer()
        _ = GRPCCallStream(call, to: &asked)
        var server = Server()
        server.take(asked)
        server.answer(Self.head + "\r\n", [0, 0, 0, 0, 1, 7], trailers: "grpc-status: 5\r\n")
        let bytes = server.output.withReadable { $0.array(0..<$0.count) }

        for size in [1, 7, bytes.count] {
            let (step, answer) = feed(bytes, by: size)
            #expect(step == .answered)
            #expect(answer == .init(httpStatus: 200, status: .notFound, message: [7]))
        }
    }

    @Test(
        arguments: [
            (nil, .init(httpStatus: 200, status: .unimplemented, message: nil)),
            ([1, 0, 0, 0, 0], .init(httpStatus: 200, status: .unimplemented, message: nil)),
            ([0, 0, 0, 0, 9], .init(httpStatus: 200, status: .unimplemented, message: nil)),
        ] as [([UInt8]?, GRPCCall.Answer)]
    )
    func `an answer without a readable message has none`(
        _ body: [UInt8]?,
        _ answer: GRPCCall.Answer
    ) {
        var server = answering()
        server.answer(Self.head + "grpc-status: 12\r\n\r\n", body)

        let (step, found) = feed(server.output.withReadable { $0.array(0..<$0.count) })

        #expect(step == .answered && found == answer)
    }

    @Test(arguments: [
        ("HTTP/1.1 400 Bad Request\r\n\r\n", "the server speaks HTTP/1, not HTTP/2"),
        ("SSH-2.0-OpenSSH_9.2\r\n", "the server does not speak HTTP/2"),
    ])
    func `who does not speak HTTP/2 is told so`(_ text: String, _ evidence: String) {
        #expect(feed(Array(text.utf8)).step == .failed(evidence))
    }

    @Test func `who closes is told from who never spoke`() {
        var output = ByteBuffer()
        var stream = GRPCCallStream(call, to: &output)
        let before = stream.ended()
        var server = answering()
        var input = ByteBuffer()
        input.append(contentsOf: server.output)
        server.output.clear()
        _ = stream.take(&input, now: Self.now, to: &output)

        #expect(before == .failed("closed without a word of HTTP/2"))
        #expect(stream.ended() == .failed("closed without an answer"))
    }

    @Test func `an answer without end is a failure`() {
        var server = answering()
        server.answer(
            Self.head + "\r\n",
            [UInt8](repeating: 0, count: 16_385),
            trailers: "a: b\r\n"
        )

        let (step, _) = feed(server.output.withReadable { $0.array(0..<$0.count) })

        #expect(step == .failed("the answer is too large"))
    }

    @Test func `a call that is reset is a failure`() {
        var server = answering()
        if let stream = server.stream {
            server.engine.reset(stream, .refusedStream, to: &server.output)
        }
        let (step, _) = feed(server.output.withReadable { $0.array(0..<$0.count) })

        #expect(step == .failed("the call was reset (refusedStream)"))
    }

    private func bytes(_ buffer: borrowing ByteBuffer) -> [UInt8] {
        buffer.withReadable { $0.array(0..<$0.count) }
    }

    private func answering() -> Server {
        var asked = ByteBuffer()
        _ = GRPCCallStream(call, to: &asked)
        var server = Server()
        server.take(asked)
        return server
    }

    private func feed(
        _ bytes: [UInt8],
        by size: Int = .max
    ) -> (step: GRPCCallStream.Step, answer: GRPCCall.Answer) {
        var output = ByteBuffer()
        var stream = GRPCCallStream(call, to: &output)
        var input = ByteBuffer()
        var start = 0
        var step = GRPCCallStream.Step.needsMore
        while start < bytes.count, step == .needsMore {
            let end = start + min(size, bytes.count - start)
            input.append(Array(bytes[start..<end]))
            step = stream.take(&input, now: Self.now, to: &output)
            start = end
        }
        return (step, stream.answer)
    }
}
