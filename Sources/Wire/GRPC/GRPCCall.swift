import Base
import Wire

/// One call of gRPC of our own: a message there, a message back.
struct Call: Sendable, Hashable {
    /// What came back.
    struct Answer: Sendable, Hashable {
        var httpStatus = 0
        /// How the call ended; `nil` when the server does not speak gRPC.
        var status: GRPCStatus?
        /// The message, without its prefix; `nil` when there is none that can be read.
        var message: [UInt8]?
    }

    /// The method, as the path of a request.
    var path: String
    /// What stands in `:authority`.
    var host: String
    /// The message, without its prefix.
    var message: [UInt8] = []
    /// The server need not go on longer than this.
    var timeout: Nanoseconds

    /// Writes the head in the shape of HTTP/1.1.
    func append(headTo output: inout ByteBuffer) {
        output.append("POST \(path) HTTP/1.1\r\nhost: \(host)\r\n")
        output.append("content-type: application/grpc\r\nte: trailers\r\n" as StaticString)
        output.append("user-agent: outrider\r\n" as StaticString)
        // Of at most eight digits (gRPC over HTTP/2, "Requests").
        let milliseconds = min(timeout.millisecondsRoundedUp, 99_999_999)
        output.append("grpc-timeout: \(milliseconds)m\r\n\r\n")
    }

    /// Writes the message with its prefix.
    func append(bodyTo output: inout ByteBuffer) {
        var message = ByteBuffer()
        message.append(self.message)
        GRPCMessage.append(message, to: &output)
    }
}
