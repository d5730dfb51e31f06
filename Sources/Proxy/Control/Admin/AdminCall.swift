import Base
import Wire

/// Answers to calls of gRPC at the admin port, in the shape of HTTP/1.1 heads and trailers.
enum AdminCall {
    /// Bytes of a request's message at most.
    static let messageBytes = 4_096

    /// What a whole body asks; how the call ends at once when it is none of ours.
    static func subject(
        _ path: Span<UInt8>,
        _ body: Span<UInt8>
    ) -> Result<AdminQuestion.Subject, Refusal> {
        guard let method = GRPCHealth.Method(path: path) else {
            return .failure(Refusal(.unimplemented, "there is only grpc.health.v1.Health here"))
        }
        let message: Range<Int>?
        do throws(GRPCMessage.Failure) {
            message = try GRPCMessage.range(in: body, limit: messageBytes)
        } catch {
            let isCompressed = error == .compressed
            return .failure(
                isCompressed
                    ? Refusal(.unimplemented, "compression is not understood")
                    : Refusal(.invalidArgument, "the message is too large or malformed")
            )
        }
        guard let message, let service = GRPCHealth.service(askedBy: body, message) else {
            return .failure(Refusal(.invalidArgument, "the message is not understood"))
        }
        return .success(.health(method, service: service))
    }

    /// How a call ends that has no answer.
    struct Refusal: Error, Hashable {
        let status: GRPCStatus
        /// Plain ASCII, so that nothing need be escaped.
        let message: String

        init(_ status: GRPCStatus, _ message: String) {
            self.status = status
            self.message = message
        }
    }

    /// The head of an answer; messages and trailers follow.
    static func append(headTo output: inout ByteBuffer) {
        output.append("HTTP/1.1 200 OK\r\ncontent-type: application/grpc\r\n\r\n")
    }

    /// A head that is all of the answer ("Trailers-Only").
    static func append(_ refusal: Refusal, to output: inout ByteBuffer) {
        output.append("HTTP/1.1 200 OK\r\ncontent-type: application/grpc\r\ngrpc-status: ")
        output.append(decimal: UInt64(refusal.status.rawValue))
        output.append("\r\ngrpc-message: \(refusal.message)\r\n\r\n")
    }
}
