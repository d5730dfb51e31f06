import Base

@testable import Wire

/// Heads of HTTP/2 as tests write them: one field a line, `name: value`.
enum HTTP2HeadFeed {
    typealias Failure = HTTP2HeadReader.Failure

    static let get = [":method: GET", ":scheme: http", ":path: /", ":authority: a"]
    static let connect = [
        ":method: CONNECT", ":protocol: websocket", ":scheme: https", ":path: /w?x",
        ":authority: a",
    ]

    /// The block that decodes to these lines, octet for octet.
    static func octets(_ lines: [String]) -> [UInt8] {
        var output = ByteBuffer()
        for line in lines {
            let text = latin1(line)
            let colon = text.dropFirst().firstIndex(of: UInt8(ascii: ":")) ?? text.count - 2
            output.append(0)
            for part in [text[..<colon], text.dropFirst(colon + 2)] {
                PrefixInteger.append(part.count, bits: 7, pattern: 0, to: &output)
                output.append(Array(part))
            }
        }
        return output.withReadable { $0.array(0..<$0.count) }
    }

    static func block(_ lines: [String], limit: Int = 65_536) throws -> FieldBlock {
        var decoder = HPACKDecoder()
        var block = FieldBlock()
        let octets = octets(lines)
        try decoder.decode(octets.span, limit: limit, fieldLimit: 128, into: &block)
        return block
    }

    static func request(
        _ lines: [String],
        endsStream: Bool = true,
        maximumTarget: Int = 16_384,
        limit: Int = 65_536
    ) throws -> RequestHead {
        var head = RequestHead()
        let block = try block(lines, limit: limit)
        try HTTP2HeadReader.readRequest(
            block,
            endsStream: endsStream,
            maximumTarget: maximumTarget,
            into: &head
        )
        return head
    }

    static func response(
        _ lines: [String],
        answering method: Method = .get,
        upgrade: RequestHead.Upgrade = .none,
        endsStream: Bool = false
    ) throws -> ResponseHead {
        var head = ResponseHead()
        let block = try block(lines)
        try HTTP2HeadReader.readResponse(
            block,
            answering: method,
            upgrade: upgrade,
            endsStream: endsStream,
            into: &head
        )
        return head
    }

    static func trailers(_ lines: [String]) throws -> Fields {
        var fields = Fields()
        let block = try block(lines)
        try HTTP2HeadReader.readTrailers(block, into: &fields)
        return fields
    }

    /// Why a request with these lines is refused; `nil` when it is not.
    static func failure(_ lines: [String], endsStream: Bool = true) -> Failure? {
        failure { _ = try request(lines, endsStream: endsStream) }
    }

    static func failure(_ body: () throws -> Void) -> Failure? {
        do {
            try body()
            return nil
        } catch {
            return error as? Failure
        }
    }

    /// The lines that are forwarded, as text.
    static func kept(_ fields: Fields) -> [String] {
        written { HeadEncoder.appendKept(fields, to: &$0) }
            .split(separator: "\r\n").map(String.init)
    }
}
