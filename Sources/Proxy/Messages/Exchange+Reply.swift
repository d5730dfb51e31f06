import Base
import Config
import Telemetry
import Wire

/// Answers in our own name, in the shape that the asking client parses.
extension Exchange {
    /// Writes a whole answer for `reason`, or the fallback that stands in for it.
    mutating func appendReply(
        _ reason: Reason,
        isClosing: Bool,
        date: [UInt8],
        to output: inout ByteBuffer
    ) {
        let status = reasonStatus(reason)
        if status >= 500, let fallback = snapshot.config.fallback {
            record.isFallback = true
            return appendFallback(fallback, isClosing: isClosing, date: date, to: &output)
        }
        var body = ByteBuffer()
        let shape = replyShape
        appendBody(reason, status: status, shape, to: &body)
        HeadEncoder.appendStatusLine(status, to: &output)
        appendCommon(isClosing: isClosing, date: date, to: &output)
        output.append("content-type: ")
        output.append(shape == .problem ? "application/problem+json" : "application/json")
        output.append("\r\ncontent-length: ")
        output.append(decimal: body.readableCount)
        output.append(
            snapshot.isGateway
                ? "\r\nproxy-status: outrider-gateway; error="
                : "\r\nproxy-status: outrider-sidecar; error="
        )
        output.append(reason.proxyStatusType)
        output.append("; details=\"")
        output.append(reason.code)
        output.append("\"\r\nx-outrider-processed: ")
        output.append(record.processed.text)
        output.append("\r\n")
        appendRetryAdvice(status, to: &output)
        if reason == .unauthenticated { appendChallenge(to: &output) }
        if reason == .methodNotAllowed { output.append("allow: \(Self.allowed)\r\n") }
        HeadEncoder.appendEnd(to: &output)
        if request.method != .head { output.append(contentsOf: body) }
    }

    /// How to show who one is (RFC 6750 §3); not why what was shown is not good.
    private mutating func appendChallenge(to output: inout ByteBuffer) {
        output.append("www-authenticate: Bearer realm=\"outrider\"")
        output.append(passage.hasCredential ? ", error=\"invalid_token\"\r\n" : "\r\n")
    }

    /// Writes the list of models that the caller may use, as clients of OpenAI's shape read it.
    mutating func appendModels(
        isClosing: Bool,
        date: [UInt8],
        to output: inout ByteBuffer
    ) {
        var body = ByteBuffer()
        if let gateway = snapshot.gateway, let principal = passage.principal {
            ModelList.append(gateway.models(for: principal), to: &body)
        }
        HeadEncoder.appendStatusLine(200, to: &output)
        appendCommon(isClosing: isClosing, date: date, to: &output)
        output.append("content-type: application/json\r\ncontent-length: ")
        output.append(decimal: body.readableCount)
        output.append("\r\n\r\n")
        if request.method != .head { output.append(contentsOf: body) }
    }

    /// Whether the client's connection ends with our own answer.
    ///
    /// After CONNECT and TRACE nobody can say what the next bytes are meant to be.
    mutating func closesAfterReply(_ reason: Reason, isDraining: Bool) -> Bool {
        !request.isKeptAlive || isDraining || requestSide == .arriving
            || reason == .methodNotAllowed
    }

    /// Methods that are forwarded; all but CONNECT and TRACE.
    static let allowed = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"

    /// Writes the answer to an OPTIONS that may go no further.
    mutating func appendOptionsAnswer(
        isClosing: Bool,
        isTrusted: Bool,
        date: [UInt8],
        to output: inout ByteBuffer
    ) {
        HeadEncoder.appendStatusLine(200, to: &output)
        appendCommon(isClosing: isClosing, date: date, to: &output)
        if isTrusted { appendLoad(to: &output) }
        output.append("allow: \(Self.allowed)\r\ncontent-length: 0\r\n\r\n")
    }

    private mutating func appendFallback(
        _ fallback: FallbackConfig,
        isClosing: Bool,
        date: [UInt8],
        to output: inout ByteBuffer
    ) {
        HeadEncoder.appendStatusLine(fallback.status, to: &output)
        appendCommon(isClosing: isClosing, date: date, to: &output)
        for (name, value) in fallback.headers { output.append("\(name): \(value)\r\n") }
        output.append("x-outrider-processed: ")
        output.append(record.processed.text)
        output.append("\r\ncontent-length: ")
        output.append(decimal: fallback.body.utf8.count)
        output.append("\r\n\r\n")
        if request.method != .head { output.append(fallback.body) }
    }

    private mutating func appendCommon(isClosing: Bool, date: [UInt8], to output: inout ByteBuffer)
    {
        output.append("date: ")
        output.append(date)
        output.append("\r\nserver: outrider\r\ncache-control: no-store\r\nx-request-id: ")
        record.appendRequestID(to: &output)
        output.append("\r\n")
        appendPersistence(isClosing: isClosing, to: &output)
    }

    /// Tells SDKs that retry by themselves whether that is safe and worth it.
    private mutating func appendRetryAdvice(_ status: Int, to output: inout ByteBuffer) {
        if let retryAfter = retryAfter {
            let milliseconds = retryAfter.millisecondsRoundedUp
            HeadEncoder.appendLine(
                "retry-after",
                decimal: (milliseconds + 999) / 1_000,
                to: &output
            )
            HeadEncoder.appendLine("retry-after-ms", decimal: milliseconds, to: &output)
        }
        guard status >= 500 || status == 408 || status == 429 else { return }
        let isSafe =
            record.processed == .no || status == 429 || request.method.isIdempotent
        HeadEncoder.appendLine("x-should-retry", isSafe ? "true" : "false", to: &output)
    }

    private mutating func reasonStatus(_ reason: Reason) -> Int {
        reason == .faultInjected
            ? snapshot.config.faults?.abort ?? reason.status : reason.status
    }
}

/// Bodies of our own answers.
extension Exchange {
    /// The families of clients, by what they can parse.
    enum ReplyShape {
        case openAI
        case anthropic
        /// RFC 9457, when the client asks for it.
        case problem
    }

    var replyShape: ReplyShape {
        mutating get {
            if let accept = request.fields.first(.accept) {
                let wantsProblem = request.fields.withBytes { bytes in
                    bytes.extracting(accept).contains(Array("application/problem+json".utf8))
                }
                if wantsProblem { return .problem }
            }
            let path = request.path
            return request.fields.withBytes { $0.equals("/v1/messages", path) }
                ? .anthropic : .openAI
        }
    }

    /// Writes the error as an event of a stream that had begun.
    mutating func appendErrorEvent(_ reason: Reason, to output: inout ByteBuffer) {
        let shape: ReplyShape = replyShape == .anthropic ? .anthropic : .openAI
        if shape == .anthropic { output.append("event: error\n") }
        output.append("data: ")
        appendBody(reason, status: reason.status, shape, to: &output)
        output.append("\n\n")
    }

    private mutating func appendBody(
        _ reason: Reason,
        status: Int,
        _ shape: ReplyShape,
        to output: inout ByteBuffer
    ) {
        switch shape {
        case .openAI:
            output.append("{\"error\":{\"message\":\"")
            appendMessage(reason, to: &output)
            output.append("\",\"type\":\"")
            output.append(Reason.errorType(ofStatus: status))
            output.append("\",\"code\":\"")
            output.append(reason.code)
            output.append("\",\"param\":null")
            appendIdentifiers(to: &output)
            output.append("}}")
        case .anthropic:
            output.append("{\"type\":\"error\",\"error\":{\"type\":\"")
            output.append(Self.anthropicType(status))
            output.append("\",\"message\":\"")
            appendMessage(reason, to: &output)
            output.append("\",\"code\":\"")
            output.append(reason.code)
            output.append("\"")
            appendIdentifiers(to: &output)
            output.append("}}")
        case .problem:
            output.append("{\"type\":\"about:blank\",\"title\":\"")
            output.append(Status.reasonPhrase(status))
            output.append("\",\"status\":")
            output.append(decimal: status)
            output.append(",\"detail\":\"")
            appendMessage(reason, to: &output)
            output.append("\",\"code\":\"")
            output.append(reason.code)
            output.append("\"")
            appendIdentifiers(to: &output)
            output.append("}")
        }
    }

    /// All texts are ours and need no escaping; the request id was judged sane.
    private mutating func appendMessage(_ reason: Reason, to output: inout ByteBuffer) {
        output.append(reason.message)
        guard let retryAfter = retryAfter else { return }
        output.append(" Try again in ")
        output.append(decimal: (retryAfter.millisecondsRoundedUp + 999) / 1_000)
        output.append(" s.")
    }

    private mutating func appendIdentifiers(to output: inout ByteBuffer) {
        output.append(",\"request_id\":\"")
        record.appendRequestID(to: &output)
        output.append("\",\"trace_id\":\"")
        output.append(hex: UInt64(truncatingIfNeeded: trace.traceID >> 64), digits: 16)
        output.append(hex: UInt64(truncatingIfNeeded: trace.traceID), digits: 16)
        output.append("\"")
        guard let retryAfter = retryAfter else { return }
        output.append(",\"retry_after_ms\":")
        output.append(decimal: retryAfter.millisecondsRoundedUp)
    }

    private static func anthropicType(_ status: Int) -> StaticString {
        switch status {
        case 401: "authentication_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 413: "request_too_large"
        case 429: "rate_limit_error"
        case 400..<500: "invalid_request_error"
        case 503: "overloaded_error"
        case 504: "timeout_error"
        default: "api_error"
        }
    }
}
