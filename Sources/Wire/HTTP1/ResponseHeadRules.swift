import Base

/// What a response head means as a whole, judged once all of its fields are known.
enum ResponseHeadRules {
    typealias Failure = ResponseHeadParser.Failure

    static func apply(
        to head: inout ResponseHead,
        answering method: Method
    ) throws(Failure) {
        let length = try length(head)
        head.framing = framing(length, status: head.status, method: method)
        let options = ConnectionOptions(head.fields)
        head.isKeptAlive =
            options.keepsAlive(minorVersion: head.minorVersion) && !head.framing.isUntilClose
        if head.status < 200 || head.status == 204 { refuseBody(&head, length) }
        if let type = head.fields.first(.contentType) {
            head.isEventStream = isEventStream(head.fields, type)
        }
    }

    private static func length(_ head: ResponseHead) throws(Failure) -> MessageLength {
        do throws(MessageLength.Failure) {
            return try MessageLength.read(head.fields, minorVersion: head.minorVersion)
        } catch {
            switch error {
            case .conflictingLengths: throw .conflictingLengths
            case .malformedLength: throw .malformedLength
            case .unsupportedTransferCoding, .malformedTransferEncoding:
                throw .unsupportedTransferCoding
            }
        }
    }

    /// RFC 9112 §6.3, in its order.
    private static func framing(
        _ length: MessageLength,
        status: Int,
        method: Method
    ) -> BodyFraming {
        let hasNoBody =
            method == .head || status < 200 || status == 204 || status == 304
            || (method == .connect && status < 300)
        if hasNoBody { return .none }
        switch length {
        case .absent: return .untilClose
        case .length(0): return .none
        case .length(let length): return .length(length)
        case .chunked: return .chunked
        }
    }

    /// A 1xx or 204 carries no length field (RFC 9110 §8.6, RFC 9112 §6.1).
    ///
    /// One that does is passed on without it, and since body bytes may follow it, nothing more
    /// is read from its connection.
    private static func refuseBody(_ head: inout ResponseHead, _ length: MessageLength) {
        switch length {
        case .absent: return
        case .length(0): break
        case .length, .chunked: head.isKeptAlive = false
        }
        head.fields.drop([.contentLength, .transferEncoding])
    }

    /// Whether the media type is that of events, whatever its parameters, and is not encoded.
    static func isEventStream(_ fields: Fields, _ type: Range<Int>) -> Bool {
        guard type.count >= 17 else { return false }
        let bytes = fields.bytes.span
        var end = type.lowerBound + 17
        guard bytes.equalsIgnoringCase("text/event-stream", type.lowerBound..<end) else {
            return false
        }
        while end < type.upperBound, ASCII.isBlank(bytes[end]) { end += 1 }
        let isWhole = end == type.upperBound || bytes[end] == UInt8(ascii: ";")
        return isWhole && !fields.contains(.contentEncoding)
    }
}
