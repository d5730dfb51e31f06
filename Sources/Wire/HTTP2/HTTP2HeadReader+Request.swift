import Base

extension HTTP2HeadReader {
    /// Reads the head of a request into `head` (§8.3.1).
    ///
    /// `endsStream` says that nothing follows it, `maximumTarget` how long a target may be. A
    /// WebSocket's extended CONNECT becomes a GET with `upgrade` (RFC 8441); any other CONNECT
    /// stays one. Whatever `:scheme` says, the gateway before us may have spoken TLS, so that
    /// `isSecureScheme` stays false.
    package static func readRequest(
        _ block: borrowing FieldBlock,
        endsStream: Bool,
        maximumTarget: Int,
        into head: inout RequestHead
    ) throws(Failure) {
        head.reset()
        let pseudo = try readLines(block, into: &head.fields)
        guard pseudo.status == nil else { throw .malformed(.pseudoField) }
        let bytes = head.fields.bytes
        try readMethod(bytes.span, pseudo, into: &head)
        try readAuthority(bytes.span, pseudo, into: &head)
        if case .connect = head.method {
            try readConnect(bytes.span, pseudo, maximumTarget, into: &head)
        } else {
            guard pseudo.connectProtocol == nil else { throw .malformed(.pseudoField) }
            try readTarget(bytes.span, pseudo, maximumTarget, into: &head)
        }
        try readContent(endsStream: endsStream, into: &head)
        head.fields.joinCookies()
    }

    private static func readMethod(
        _ bytes: Span<UInt8>,
        _ pseudo: PseudoFields,
        into head: inout RequestHead
    ) throws(Failure) {
        guard let method = pseudo.method else { throw .malformed(.pseudoField) }
        guard !method.isEmpty, method.count <= RequestLine.longestMethod,
            bytes.tokenEnd(from: method.lowerBound, to: method.upperBound) == method.upperBound
        else { throw .malformed(.method) }
        head.method = Method(bytes, method)
        head.methodRange = method
    }

    /// One host, wherever it is said: `host` may repeat `:authority`, but not contradict it.
    private static func readAuthority(
        _ bytes: Span<UInt8>,
        _ pseudo: PseudoFields,
        into head: inout RequestHead
    ) throws(Failure) {
        let host = head.fields.first(.host)
        guard let authority = pseudo.authority ?? host, Authority.isValid(bytes, authority),
            host == nil || head.fields.hasOne(.host)
        else { throw .malformed(.authority) }
        head.authority = authority
        guard pseudo.authority != nil else { return }
        head.isAuthorityInTarget = true
        if let host, !bytes.equalsIgnoringCase(host, bytes, authority) {
            throw .malformed(.authority)
        }
    }

    /// `:scheme` and `:path`, in the forms that HTTP/1 calls origin and asterisk.
    private static func readTarget(
        _ bytes: Span<UInt8>,
        _ pseudo: PseudoFields,
        _ maximumTarget: Int,
        into head: inout RequestHead
    ) throws(Failure) {
        guard let scheme = pseudo.scheme, let path = pseudo.path else {
            throw .malformed(.pseudoField)
        }
        guard
            bytes.equalsIgnoringCase("https", scheme) || bytes.equalsIgnoringCase("http", scheme)
        else { throw .malformed(.scheme) }
        guard path.count <= maximumTarget else { throw .refused(.uriTooLong) }
        guard !path.isEmpty, isPathStart(bytes[path.lowerBound]),
            let target = RequestTarget(bytes, path, head.method)
        else { throw .malformed(.path) }
        head.target = target.forwarded
        head.path = target.path
    }

    private static func isPathStart(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "*")
    }

    /// A CONNECT, plain (§8.5) or extended (RFC 8441 §4).
    private static func readConnect(
        _ bytes: Span<UInt8>,
        _ pseudo: PseudoFields,
        _ maximumTarget: Int,
        into head: inout RequestHead
    ) throws(Failure) {
        guard let wanted = pseudo.connectProtocol else {
            guard pseudo.scheme == nil, pseudo.path == nil, pseudo.authority != nil else {
                throw .malformed(.pseudoField)
            }
            guard Authority.isValidWithPort(bytes, head.authority) else {
                throw .malformed(.authority)
            }
            head.target = head.authority
            head.path = head.authority
            return
        }
        guard pseudo.authority != nil else { throw .malformed(.pseudoField) }
        // Its target is that of a GET, and has the forms of one.
        head.method = .get
        try readTarget(bytes, pseudo, maximumTarget, into: &head)
        if bytes.equalsIgnoringCase("websocket", wanted) {
            guard !head.fields.contains(.contentLength) else { throw .malformed(.contentLength) }
            head.methodRange = head.fields.appendText("GET")
            head.upgrade = .webSocket
        } else {
            head.method = .connect
        }
    }

    private static func readContent(
        endsStream: Bool,
        into head: inout RequestHead
    ) throws(Failure) {
        let length = try contentLength(head.fields)
        // What follows a WebSocket's head is no content.
        if case .none = head.upgrade { head.framing = try framing(length, endsStream: endsStream) }
        guard head.fields.contains(.expect) else { return }
        do throws(RequestHeadParser.Failure) {
            try RequestHeadRules.readExpectation(&head)
        } catch {
            throw .refused(error)
        }
    }
}

extension Fields {
    /// Appends bytes behind all lines, for what the head says in other words.
    mutating func appendText(_ text: StaticString) -> Range<Int> {
        let start = bytes.count
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
        return start..<bytes.count
    }

    /// Makes one `cookie` of several, as which HTTP/2 may send it (RFC 9113 §8.2.3).
    mutating func joinCookies() {
        let cookies = lines.filter { bytes.span.equals("cookie", $0.nameRange) }
        guard cookies.count > 1 else { return }
        drop { line, bytes in bytes.equals("cookie", line.nameRange) }
        let name = appendText("cookie")
        var separator: StaticString = ": "
        for cookie in cookies {
            _ = appendText(separator)
            bytes.append(contentsOf: bytes[cookie.valueRange])
            separator = "; "
        }
        let value = name.upperBound + 2..<bytes.count
        let end = appendText("\r\n").upperBound
        let line = name.lowerBound..<end
        append(FieldLine(.other, line: line, nameEnd: name.upperBound, value: value))
    }
}
