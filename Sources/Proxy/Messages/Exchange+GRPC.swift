import Base
import Policy
import Telemetry
import Wire

/// Calls of gRPC: their status stands in trailers, and so does that of our own answers.
extension Exchange {
    /// Sees whether the request is a call of gRPC.
    mutating func noteGRPC() {
        guard let type = request.fields.first(.contentType) else { return }
        clientStream.isGRPC = GRPCStatus.isContentType(request.fields.bytes.span, type)
    }

    /// Sees how a call ended whose answer is its head alone ("Trailers-Only").
    mutating func noteGRPCStatus() {
        guard clientStream.isGRPC, let value = response.fields.first(.grpcStatus) else { return }
        modelStream.grpcStatus = GRPCStatus(response.fields.bytes.span, value)
    }

    /// Sees how a call ended that had a body.
    mutating func noteGRPCStatus(in trailers: Fields) {
        guard clientStream.isGRPC, let value = trailers.first(.grpcStatus) else { return }
        modelStream.grpcStatus = GRPCStatus(trailers.bytes.span, value)
    }

    /// Writes an answer without a body, whose head is all there is ("Trailers-Only").
    mutating func appendGRPCReply(
        _ reason: Reason,
        date: [UInt8],
        to output: inout ByteBuffer
    ) {
        output.append("HTTP/1.1 200 OK\r\ncontent-type: application/grpc\r\n")
        appendGRPCStatus(reason, to: &output)
        output.append(
            snapshot.isGateway
                ? "proxy-status: outrider-gateway; error="
                : "proxy-status: outrider-sidecar; error="
        )
        output.append(reason.proxyStatusType)
        output.append("; details=\"")
        output.append(reason.code)
        output.append("\"\r\nx-outrider-processed: ")
        output.append(record.processed.text)
        output.append("\r\nserver: outrider\r\nx-request-id: ")
        record.appendRequestID(to: &output)
        output.append("\r\ndate: ")
        output.append(date)
        output.append("\r\n\r\n")
    }

    /// Writes `grpc-status` and `grpc-message`; our texts need no percent-encoding.
    mutating func appendGRPCStatus(_ reason: Reason, to output: inout ByteBuffer) {
        HeadEncoder.appendLine(
            "grpc-status",
            decimal: UInt64(reason.grpcStatus.rawValue),
            to: &output
        )
        output.append("grpc-message: ")
        output.append(reason.code)
        output.append(": ")
        output.append(reason.message)
        output.append("\r\n")
        guard let retryAfter else { return }
        // What clients that back off by themselves look at (gRPC A6, "Pushback").
        HeadEncoder.appendLine(
            "grpc-retry-pushback-ms",
            decimal: retryAfter.millisecondsRoundedUp,
            to: &output
        )
    }
}
