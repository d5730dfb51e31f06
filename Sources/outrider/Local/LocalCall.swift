import Base
import Reactor
import Wire

/// One health check by gRPC of a server on this machine (grpc.health.v1), without TLS.
struct LocalCall {
    private static let pieceSize = 4_096

    /// Its path, without the slash, is the service; none asks about the whole server.
    let url: LocalURL
    let timeout: Nanoseconds

    /// Asks; says what is wrong, nothing when the service is serving.
    func complaint(by deadline: Deadline) -> String? {
        do throws(LocalSocket.Failure) {
            let socket = try LocalSocket.connect(to: url.address, by: deadline)
            return try ask(socket)
        } catch {
            return error.message
        }
    }

    private func ask(_ socket: borrowing LocalSocket) throws(LocalSocket.Failure) -> String? {
        let service = String(url.path.dropFirst())
        var input = ByteBuffer()
        var output = ByteBuffer()
        var call = GRPCCallStream(
            GRPCHealth.check(service, at: url.host, timeout: timeout),
            to: &output
        )
        var step = GRPCCallStream.Step.needsMore
        while case .needsMore = step {
            try socket.send(output.withReadable { $0.array(0..<$0.count) })
            output.clear()
            let bytes = try socket.receive(upTo: Self.pieceSize)
            guard !bytes.isEmpty else {
                step = call.ended()
                break
            }
            input.append(bytes)
            step = call.take(&input, now: Clock.now(), to: &output)
        }
        if case .failed(let evidence) = step { return evidence }
        return judge(call.answer)
    }

    private func judge(_ answer: GRPCCall.Answer) -> String? {
        guard let status = answer.status else { return "status \(answer.httpStatus), not gRPC" }
        guard status == .ok else { return "grpc-status \(status.rawValue)" }
        let message = answer.message ?? []
        let health = GRPCHealth.status(in: message.span, 0..<message.count)
        return health == .serving ? nil : health?.name ?? "the answer is not understood"
    }
}
