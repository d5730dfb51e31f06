import Base
import Wire

/// What goes to streams.
extension AdminStreams {
    /// Answers with a page.
    func answer(
        _ stream: StreamID,
        _ answer: consuming AdminAnswer,
        date: [UInt8],
        to output: inout ByteBuffer
    ) {
        var isHead = false
        if let place = place(of: stream), case .page(let request) = pending[place].kind {
            isHead = request.method == .head
        }
        let isAlone = isHead || answer.body.isEmpty
        var head = ByteBuffer()
        answer.append(headTo: &head, isClosing: false, date: date)
        send(head: head, stream, endsStream: isAlone, to: &output)
        if !isAlone { send(answer.body, stream, endsStream: true, to: &output) }
        end(stream, to: &output)
    }

    /// Leaves a page unanswered until the drain is over.
    func holdUntilDrained(_ stream: StreamID, now: Instant) {
        guard let place = place(of: stream) else { return }
        pending[place].kind = .waiting(since: now)
    }

    /// Answers a call with one message.
    func reply(
        _ stream: StreamID,
        _ message: borrowing ByteBuffer,
        to output: inout ByteBuffer
    ) {
        var head = ByteBuffer()
        AdminCall.append(headTo: &head)
        send(head: head, stream, endsStream: false, to: &output)
        var body = ByteBuffer()
        GRPCMessage.append(message, to: &body)
        send(body, stream, endsStream: false, to: &output)
        let trailers = Array("grpc-status: 0\r\n".utf8)
        engine.sendTrailers(trailers.span, on: stream, to: &output)
        end(stream, to: &output)
    }

    /// Ends a call that has no answer.
    func refuse(
        _ stream: StreamID,
        _ refusal: AdminCall.Refusal,
        to output: inout ByteBuffer
    ) {
        var head = ByteBuffer()
        AdminCall.append(refusal, to: &head)
        send(head: head, stream, endsStream: true, to: &output)
        end(stream, to: &output)
    }

    /// Makes a call one that is told of changes of `service`, from the next time they are told.
    func watch(
        _ stream: StreamID,
        _ service: String,
        to output: inout ByteBuffer
    ) {
        guard let place = place(of: stream) else { return }
        pending[place].kind = .watching(service, told: nil)
        var head = ByteBuffer()
        AdminCall.append(headTo: &head)
        send(head: head, stream, endsStream: false, to: &output)
    }

    /// Tells each watcher how its service is, unless it knows.
    ///
    /// One that does not read is told the last news once it does.
    func tellWatchers(
        to output: inout ByteBuffer,
        _ status: (String) -> GRPCHealth.ServingStatus
    ) {
        for index in pending.indices {
            guard case .watching(let service, let told) = pending[index].kind else { continue }
            let stream = pending[index].stream
            let now = status(service)
            guard now != told, engine.pending(on: stream) == 0 else { continue }
            pending[index].kind = .watching(service, told: now)
            var message = ByteBuffer()
            GRPCHealth.append(now, to: &message)
            var body = ByteBuffer()
            GRPCMessage.append(message, to: &body)
            send(body, stream, endsStream: false, to: &output)
        }
    }

    private func send(
        head: borrowing ByteBuffer,
        _ stream: StreamID,
        endsStream: Bool,
        to output: inout ByteBuffer
    ) {
        head.withReadable { engine.sendHead($0, on: stream, endsStream: endsStream, to: &output) }
    }

    private func send(
        _ body: borrowing ByteBuffer,
        _ stream: StreamID,
        endsStream: Bool,
        to output: inout ByteBuffer
    ) {
        body.withReadable { engine.send($0, on: stream, endsStream: endsStream, to: &output) }
    }

    /// Forgets a stream that is answered; the rest of its request is not wanted (RFC 9113 §8.1).
    private func end(_ stream: StreamID, to output: inout ByteBuffer) {
        pending.removeAll { $0.stream == stream }
        if engine.isReceiving(stream) { engine.reset(stream, .noError, to: &output) }
    }
}
