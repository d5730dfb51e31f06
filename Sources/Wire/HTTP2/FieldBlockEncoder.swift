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
        appendLines(text, leavingOut: Self.ofRequests, to: &output)
        return isWebSocket
    }

    /// Appends the block of a response, interim ones too (§8.3.2).
    ///
    /// The 101 that opens a WebSocket becomes a 200 (RFC 8441 §5).
    package mutating func appendResponse(_ text: Span<UInt8>, to output: inout ByteBuffer) {
        let lineEnd = text.firstIndex(of: 13) ?? text.count
        precondition(lineEnd >= 12, "a head without its status line")
        readLines(text, from: lineEnd + 2)
        if text.equals("101", 9..<12) {
            encoder.encode(at: StaticTable.status, to: &output)
        } else {
            append(StaticTable.status, text, 9..<12, .indexed, to: &output)
        }
        appendLines(text, leavingOut: Self.ofResponses, to: &output)
    }

    /// Appends the block of a trailer section, which has no pseudo-header fields (§8.1).
    package mutating func appendTrailers(_ text: Span<UInt8>, to output: inout ByteBuffer) {
        readLines(text, from: 0)
        appendLines(text, leavingOut: Self.ofTrailers, to: &output)
    }

    private static let ofConnections: FieldNameSet = [
        .connection, .keepAlive, .proxyConnection, .transferEncoding, .upgrade, .http2Settings,
    ]
    private static let ofRequests = ofConnections.union([.host, .secWebSocketKey])
    private static let ofResponses = ofConnections.union([.secWebSocketAccept])
    private static let ofTrailers = ofConnections.union([.te])

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
        _ = FieldSection.parse(
            text,
            from: start,
            maximumSize: text.count + 2,
            maximumCount: .max,
            into: &fields
        )
    }

    private mutating func appendLines(
        _ text: Span<UInt8>,
        leavingOut unwanted: FieldNameSet,
        to output: inout ByteBuffer
    ) {
        for line in fields.lines where !unwanted.contains(line.name) {
            if case .te = line.name, !text.equalsIgnoringCase("trailers", line.valueRange) {
                continue
            }
            encoder.encode(
                name: text,
                line.nameRange,
                value: text,
                line.valueRange,
                IndexingPolicy.indexing(of: line, text),
                to: &output
            )
        }
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
