import Base
import Policy
import Routing
import Telemetry
import Wire

/// The model's answer as the client gets it.
extension Exchange {
    /// Whether the answer changes the connection's protocol (RFC 9110 §15.2.2).
    var isSwitch: Bool {
        mutating get { response.status == 101 }
    }

    /// How the body goes to the client.
    var answerFraming: OutgoingFraming {
        mutating get {
            if isSwitch { return .identity }
            switch response.framing {
            case .none: return .none
            case .length: return .identity
            case .chunked, .untilClose:
                return request.minorVersion >= 1 ? .chunked : .untilClose
            }
        }
    }

    /// Whether the client's connection ends with this answer.
    ///
    /// An answer that begins before its request has ended may also end before it.
    mutating func closesAfterAnswer(_ framing: OutgoingFraming, isDraining: Bool) -> Bool {
        if isSwitch { return true }
        return !request.isKeptAlive || isDraining || framing == .untilClose
            || requestSide == .arriving
    }

    /// Writes a 1xx head with its fields.
    mutating func appendInterim(to output: inout ByteBuffer) {
        HopByHop.strip(&response.fields)
        response.fields.drop(.oursInAnswers)
        HeadEncoder.appendHead(response, to: &output)
        HeadEncoder.appendEnd(to: &output)
    }

    /// Writes the final head: the model's fields, ours, and how this connection goes on.
    mutating func appendResponse(
        framing: OutgoingFraming,
        isClosing: Bool,
        isTrusted: Bool,
        date: [UInt8],
        to output: inout ByteBuffer
    ) {
        HopByHop.strip(&response.fields)
        response.fields.drop(.oursInAnswers)
        let edits = routeEdits
        if let edits {
            edits.strip(&response.fields)
        } else if response.fields.contains(.outriderProcessed) {
            // A model knows nothing of it.
            response.fields.drop(.outriderProcessed)
        }
        let isMoreProcessed = isUnprocessed && record.processed != .no
        if isMoreProcessed { response.fields.drop(.outriderProcessed) }
        HeadEncoder.appendHead(response, to: &output)
        edits?.append(to: &output)
        if isMoreProcessed {
            // An earlier sidecar's model had begun, whatever this one says of its own.
            output.append("x-outrider-processed: \(record.processed.text)\r\n")
        }
        if !response.fields.contains(.date) {
            output.append("date: ")
            output.append(date)
            output.append("\r\n")
        }
        output.append("x-request-id: ")
        record.appendRequestID(to: &output)
        output.append("\r\n")
        if isTrusted { appendLoad(to: &output) }
        if isSwitch {
            output.append("connection: upgrade\r\nupgrade: websocket\r\n")
            appendWebSocketAccept(to: &output)
        } else {
            if framing == .chunked { output.append("transfer-encoding: chunked\r\n") }
            appendPersistence(isClosing: isClosing, to: &output)
        }
        HeadEncoder.appendEnd(to: &output)
    }

    /// What the route does to the fields of an answer; `nil` in a sidecar.
    private var routeEdits: HeaderEditor? {
        mutating get {
            guard let gateway = snapshot.gateway, passage.route >= 0 else { return nil }
            return gateway.plans[passage.route].responseEdits
        }
    }

    /// What version and intent need said (RFC 9112 §9.3).
    mutating func appendPersistence(isClosing: Bool, to output: inout ByteBuffer) {
        if isClosing {
            output.append("connection: close\r\n")
        } else if request.minorVersion == 0 {
            output.append("connection: keep-alive\r\n")
        }
    }

    /// How busy the model is, for a gateway that balances over sidecars.
    mutating func appendLoad(to output: inout ByteBuffer) {
        output.append("x-outrider-load: ")
        upstream.appendLoad(to: &output)
        output.append("\r\n")
    }

    /// Keeps the first 4 KiB of a 5xx body, where broken hardware names itself.
    mutating func keepFailureBody(_ bytes: Span<UInt8>) {
        guard response.status >= 500 else { return }
        let room = 4_096 - failureBody.readableCount
        guard room > 0, bytes.count > 0 else { return }
        failureBody.append(bytes, 0..<min(room, bytes.count))
    }
}
