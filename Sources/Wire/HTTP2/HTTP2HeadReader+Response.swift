import Base

extension HTTP2HeadReader {
    /// Reads the head of a response, interim ones too, into `head` (§8.3.2).
    ///
    /// The framing depends on the request's method. The answer that opens a WebSocket, which
    /// `upgrade` says was asked for, becomes the 101 that it is in HTTP/1 (RFC 8441 §5).
    package static func readResponse(
        _ block: borrowing FieldBlock,
        answering method: Method,
        upgrade: RequestHead.Upgrade = .none,
        endsStream: Bool,
        into head: inout ResponseHead
    ) throws(Failure) {
        head.reset()
        let pseudo = try readLines(block, into: &head.fields)
        guard let digits = pseudo.status, pseudo.isResponse else {
            throw .malformed(.pseudoField)
        }
        guard let status = status(head.fields.bytes.span, digits), status != 101 else {
            throw .malformed(.status)
        }
        head.status = status
        if status < 200, endsStream { throw .malformed(.streamEnd) }
        let length = try contentLength(head.fields)
        if case .webSocket = upgrade, 200..<300 ~= status {
            head.status = 101
            head.fields.drop(.contentLength)
        } else if hasNoBody(status, method) {
            if status < 200 || status == 204 { head.fields.drop(.contentLength) }
        } else {
            head.framing = try framing(length, endsStream: endsStream)
        }
        if let type = head.fields.first(.contentType) {
            head.isEventStream = ResponseHeadRules.isEventStream(head.fields, type)
        }
    }

    /// Whether nothing but the end of the stream may follow, whatever the fields say.
    private static func hasNoBody(_ status: Int, _ method: Method) -> Bool {
        if case .head = method { return true }
        return status < 200 || status == 204 || status == 304
    }

    /// Three digits, 100 or more.
    private static func status(_ bytes: Span<UInt8>, _ digits: Range<Int>) -> Int? {
        guard digits.count == 3, let status = bytes.decimal(digits), status >= 100 else {
            return nil
        }
        return Int(status)
    }
}
