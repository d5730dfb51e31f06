package import Base

/// Turns heads, written as HTTP/1.1 writes them, into field blocks for one peer (RFC 9113 §8).
///
/// The text is our own: a start line where one belongs, field lines, and the empty line or not.
/// What concerns one connection of HTTP/1 is left out (§8.2.2).
package struct FieldBlockEncoder: ~Copyable {
    private var encoder = HPACKEncoder()
    /// Where the lines of the text stand; its ranges refer to the text.
    private var fields = Fields()

    package init() {}

    /// Bounds the table by what the peer announced (SETTINGS_HEADER_TABLE_SIZE).
    package mutating func limitTable(_ size: Int) {
        encoder.limitTable(size)
    }

    /// Appends the block of a request (§8.3.1); a WebSocket's GET becomes an extended CONNECT.
    ///
    /// `isSecure` makes the scheme https. The result says whether it is a WebSocket's.
    @discardableResult
    package mutating func appendRequest(
        _ text: Span<UInt8>,
        isSecure: Bool,
        to output: inout ByteBuffer
    ) -> Bool {
        let (method, target) = readRequestLine(text)
        let isWebSocket = fields.contains(.upgrade)
        if isWebSocket {
            append(StaticTable.method, Self.connect.span, 0..<7, .indexed, to: &output)
        } else {
            append(StaticTable.method, text, method, .indexed, to: &output)
        }
        encoder.encode(at: isSecure ? StaticTable.https : StaticTable.http, to: &output)
        if let host = fields.first(.host) {
            append(StaticTable.authority, text, host, .indexed, to: &output)
        }
        append(StaticTable.path, text, target, .unindexed, to: &output)
        if isWebSocket { appendProtocol(to: &output) }
        for line in fields.lines { append(line, of: text, unless: Self.ofRequests, to: &output) }
        return isWebSocket
    }

    /// Appends the block of a response, interim ones too (§8.3.2).
    ///
    /// The 101 that opens a WebSocket becomes a 200 (RFC 8441 §5).
    package mutating func appendResponse(_ text: Span<UInt8>, to output: inout ByteBuffer) {
        let lineEnd = text.firstIndex(of: 13) ?? text.count
        precondition(lineEnd >= 12, "a head without its status line")
        if text.equals("101", 9..<12) || text.equals("200", 9..<12) {
            encoder.encode(at: StaticTable.status, to: &output)
        } else {
            append(StaticTable.status, text, 9..<12, .indexed, to: &output)
        }
        appendLines(text, from: lineEnd + 2, leavingOut: Self.ofResponses, to: &output)
    }

    /// Appends the block of a trailer section, which has no pseudo-header fields (§8.1).
    package mutating func appendTrailers(_ text: Span<UInt8>, to output: inout ByteBuffer) {
        appendLines(text, from: 0, leavingOut: Self.ofTrailers, to: &output)
    }

    private static var ofRequests: FieldNameSet {
        FieldNameSet(of: [
            .connection, .keepAlive, .proxyConnection, .transferEncoding, .upgrade, .http2Settings,
            .host, .secWebSocketKey,
        ])
    }

    private static var ofResponses: FieldNameSet {
        FieldNameSet(of: [
            .connection, .keepAlive, .proxyConnection, .transferEncoding, .upgrade, .http2Settings,
            .secWebSocketAccept,
        ])
    }

    private static var ofTrailers: FieldNameSet {
        FieldNameSet(of: [
            .connection, .keepAlive, .proxyConnection, .transferEncoding, .upgrade, .http2Settings,
            .te,
        ])
    }

    private static let connect = Array("CONNECT".utf8)
    private static let connectProtocol = Array(":protocolwebsocket".utf8)

    /// Finds method, target and lines of a request.
    private mutating func readRequestLine(
        _ text: Span<UInt8>
    ) -> (method: Range<Int>, target: Range<Int>) {
        let methodEnd = text.firstIndex(of: 32) ?? text.count
        let lineEnd = text.firstIndex(of: 13, from: methodEnd) ?? text.count
        precondition(lineEnd >= methodEnd + 10, "a head without its request line")
        readLines(text, from: lineEnd + 2)
        // Behind the target stands ` HTTP/1.1`.
        return (0..<methodEnd, methodEnd + 1..<lineEnd - 9)
    }

    private mutating func readLines(_ text: Span<UInt8>, from start: Int) {
        fields.reset()
        var index = start
        while let line = Self.nextLine(of: text, &index) { fields.append(line) }
    }

    /// The line at `index`, which moves behind it; `nil` when there is no more.
    ///
    /// The text is our own, from lines that were judged when they came: they are not judged again.
    @inline(__always)
    private static func nextLine(of text: Span<UInt8>, _ index: inout Int) -> FieldLine? {
        let start = index
        if text.has("\r\n", at: start) { return nil }
        let colon = text.firstColon(from: start, to: text.count)
        guard start < colon, let stop = text.firstIndex(of: 13, from: colon),
            stop &+ 2 <= text.count
        else { return nil }
        index = stop &+ 2
        return FieldLine(
            FieldName.listed(text, start..<colon) ?? .other,
            line: start..<index,
            nameEnd: colon,
            value: text.trimmed(colon &+ 1..<stop)
        )
    }

    private mutating func appendLines(
        _ text: Span<UInt8>,
        from start: Int,
        leavingOut unwanted: FieldNameSet,
        to output: inout ByteBuffer
    ) {
        var index = start
        while let line = Self.nextLine(of: text, &index) {
            append(line, of: text, unless: unwanted, to: &output)
        }
    }

    @inline(__always)
    private mutating func append(
        _ line: FieldLine,
        of text: Span<UInt8>,
        unless unwanted: FieldNameSet,
        to output: inout ByteBuffer
    ) {
        if unwanted.contains(line.name) { return }
        if case .te = line.name, !text.equalsIgnoringCase("trailers", line.valueRange) { return }
        encoder.encode(
            line.name,
            text,
            line.nameRange,
            value: text,
            line.valueRange,
            IndexingPolicy.indexing(of: line, text),
            to: &output
        )
    }

    private mutating func append(
        _ name: Int,
        _ bytes: Span<UInt8>,
        _ value: Range<Int>,
        _ indexing: HPACKEncoder.Indexing,
        to output: inout ByteBuffer
    ) {
        encoder.encode(named: name, value: bytes, value, indexing, to: &output)
    }

    private mutating func appendProtocol(to output: inout ByteBuffer) {
        let text = Self.connectProtocol
        let count = text.count
        encoder.encode(name: text.span, 0..<9, value: text.span, 9..<count, .indexed, to: &output)
    }
}
