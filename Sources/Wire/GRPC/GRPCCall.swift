package import Base

/// One call of gRPC as a client makes it: a message there, a message back.
package struct GRPCCall: Sendable, Hashable {
    /// What came back.
    package struct Answer: Sendable, Hashable {
        package var httpStatus = 0
        /// How the call ended; `nil` when the server does not speak gRPC.
        package var status: GRPCStatus?
        /// The message, without its prefix; `nil` when there is none that can be read.
        package var message: [UInt8]?

        package init(httpStatus: Int = 0, status: GRPCStatus? = nil, message: [UInt8]? = nil) {
            self.httpStatus = httpStatus
            self.status = status
            self.message = message
        }
    }

    /// The method, as the path of a request.
    package var path: String
    /// What stands in `:authority`.
    package var host: String
    /// The message, without its prefix.
    package var message: [UInt8]
    /// The server need not go on longer than this.
    package var timeout: Nanoseconds

    package init(path: String, host: String, message: [UInt8] = [], timeout: Nanoseconds) {
        self.path = path
        self.host = host
        self.message = message
        self.timeout = timeout
    }

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
