import Base

/// What a request head means as a whole, judged once all of its fields are known.
enum RequestHeadRules {
    typealias Failure = RequestHeadParser.Failure

    static func apply(to head: inout RequestHead) throws(Failure) {
        try readHost(&head)
        // Most heads say nothing more of what is judged here; what `reset` left is true of them.
        head.isKeptAlive = head.minorVersion >= 1
        guard head.fields.containsAny(of: judged) else { return }
        head.framing = try framing(head)
        let options = ConnectionOptions(head.fields)
        head.isKeptAlive = options.keepsAlive(minorVersion: head.minorVersion)
        if head.fields.contains(.expect) { try readExpectation(&head) }
        if options.hasUpgrade { head.upgrade = upgrade(head) }
    }

    private static var judged: FieldNameSet {
        FieldNameSet(of: [.connection, .contentLength, .expect, .transferEncoding])
    }

    /// Exactly one valid Host in HTTP/1.1, at most one in 1.0 (RFC 9112 §3.2).
    ///
    /// An absolute form wins over it, but does not excuse it (§3.2.2).
    private static func readHost(_ head: inout RequestHead) throws(Failure) {
        guard let host = head.fields.first(.host) else {
            if head.minorVersion >= 1 { throw .malformedHost }
            return
        }
        guard head.fields.hasOne(.host), Authority.isValid(head.fields.bytes.span, host)
        else { throw .malformedHost }
        if head.authority.isEmpty { head.authority = host }
    }

    /// Without either length field a request has no body (RFC 9112 §6.3).
    private static func framing(_ head: RequestHead) throws(Failure) -> BodyFraming {
        do throws(MessageLength.Failure) {
            switch try MessageLength.read(head.fields, minorVersion: head.minorVersion) {
            case .absent: return .none
            case .length(0): return .none
            case .length(let length): return .length(length)
            case .chunked: return .chunked
            }
        } catch {
            switch error {
            case .conflictingLengths: throw .conflictingLengths
            case .malformedLength: throw .malformedLength
            case .unsupportedTransferCoding: throw .unsupportedTransferCoding
            case .malformedTransferEncoding: throw .malformedTransferEncoding
            }
        }
    }

    /// An expectation in HTTP/1.0 is ignored (RFC 9110 §10.1.1).
    ///
    /// It is also left out when the head is forwarded, as one of HTTP/1.1 where it would count.
    static func readExpectation(_ head: inout RequestHead) throws(Failure) {
        guard head.minorVersion >= 1 else { return head.fields.drop(.expect) }
        guard let value = head.fields.first(.expect), head.fields.hasOne(.expect),
            head.fields.equals(value, "100-continue")
        else { throw .unsupportedExpectation }
        head.expectsContinue = !head.framing.isNone
    }

    /// Only a WebSocket handshake is a switch that may pass (RFC 6455 §4.1); `h2c` never is.
    private static func upgrade(_ head: RequestHead) -> RequestHead.Upgrade {
        guard head.method == .get, head.minorVersion >= 1, head.framing.isNone else {
            return .none
        }
        var isWebSocket = false
        head.fields.forEachValue(of: .upgrade) { bytes, value in
            var elements = ListElements(value)
            while let element = elements.next(bytes) {
                if bytes.equalsIgnoringCase("websocket", element) { isWebSocket = true }
            }
        }
        return isWebSocket ? .webSocket : .none
    }
}
