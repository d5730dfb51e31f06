import Base
import Wire

/// One client of a sample service: requests one after another, read whole, answered in order.
enum SampleConnection {
    /// Serves until either side ends it.
    static func serve(_ socket: SampleSocket, by server: SampleServer) {
        var input = ByteBuffer()
        while let request = nextRequest(socket, &input) {
            var reply = SampleReply(to: request, on: socket)
            server.answer(request, &reply)
            guard reply.isKeptAlive else { return }
        }
    }

    /// `nil` when there is no more, or none that can be understood.
    private static func nextRequest(
        _ socket: SampleSocket,
        _ input: inout ByteBuffer
    ) -> SampleRequest? {
        var head = RequestHead()
        var scanned = 0
        let parser = RequestHeadParser()
        do {
            while true {
                let consumed = try input.withReadable { bytes throws(RequestHeadParser.Failure) in
                    try parser.parse(bytes, scanned: &scanned, into: &head)
                }
                if let consumed {
                    input.consume(consumed)
                    break
                }
                guard socket.receive(into: &input) else { return nil }
            }
            if head.expectsContinue, !goOn(socket) { return nil }
            guard let body = try body(of: head, socket, &input) else { return nil }
            return SampleRequest(head: head, body: body)
        } catch {
            // Not HTTP: the end of the connection says enough to the only client there is.
            return nil
        }
    }

    private static func body(
        of head: RequestHead,
        _ socket: SampleSocket,
        _ input: inout ByteBuffer
    ) throws(BodyDecoder.Failure) -> [UInt8]? {
        var decoder = BodyDecoder(head.framing)
        var body: [UInt8] = []
        while !decoder.isComplete {
            var used = 0
            let step = try input.withReadable { bytes throws(BodyDecoder.Failure) in
                let step = try decoder.next(bytes, from: &used)
                if case .payload(let range) = step { body.append(contentsOf: bytes.array(range)) }
                return step
            }
            input.consume(used)
            guard body.count <= SampleServer.bodyLimit else { return nil }
            if case .needsMore = step, !socket.receive(into: &input) { return nil }
        }
        return body
    }

    private static func goOn(_ socket: SampleSocket) -> Bool {
        var output = ByteBuffer()
        output.append("HTTP/1.1 100 Continue\r\n\r\n")
        return socket.send(&output)
    }
}
