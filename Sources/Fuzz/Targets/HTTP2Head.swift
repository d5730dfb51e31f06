import Base
import Wire

extension FuzzTarget {
    /// Heads of HTTP/2, one field a line: what passes is one message to HTTP/1 too.
    ///
    /// A line feed is written as 0xff, as it ends the lines of the input.
    static let http2Head = FuzzTarget(
        name: "http2-head",
        seeds: [
            ":method: GET\n:scheme: http\n:path: /\n:authority: a\n",
            ":method: POST\n:scheme: https\n:path: /v1?x\nhost: a:80\ncontent-length: 5\n",
            ":method: OPTIONS\n:scheme: http\n:path: *\n:authority: a\ncookie: b\ncookie: c\n",
            ":method: CONNECT\n:protocol: websocket\n:scheme: http\n:path: /w\n:authority: a\n",
            ":method: CONNECT\n:authority: a:443\n", ":status: 200\ncontent-length: 5\nx: y\n",
            ":status: 103\nlink: a\n", ":status: 204\ncontent-length: 0\n",
            "grpc-status: 0\nx: y\n",
            ":method: PUT\n:scheme: http\n:path: /\n:authority: A\nhost: a\n"
                + "expect: 100-continue\nte: trailers\nx_y: \n",
        ],
        octets: [Array(":method: GET\n:scheme: http\n:path: /\n:authority: a\nx: y".utf8) + [0xff]],
        words: [
            ":method: ", ":scheme: ", ":path: ", ":authority: ", ":status: ", ":protocol: ",
            "host: a\n", "content-length: 0\n", "transfer-encoding: chunked\n", "te: trailers\n",
            "connection: close\n", "cookie: a\n", "upgrade: websocket\n", "x: y\n", "\r\u{0}",
        ]
    ) { bytes throws(Broken) in
        let block = block(of: bytes)
        for endsStream in [false, true] {
            if let head = request(block, endsStream: endsStream) { try checkRequest(head) }
            for method in [Method.get, .head] {
                guard let head = response(block, answering: method, endsStream: endsStream) else {
                    continue
                }
                try checkResponse(head, answering: method)
            }
        }
        try checkTrailers(block)
    }

    /// The block whose literal fields the lines of the input are.
    private static func block(of bytes: [UInt8]) -> FieldBlock {
        var octets = ByteBuffer()
        for line in bytes.prefix(16_384).split(separator: 10).prefix(128) {
            let text = line.map { $0 == 0xff ? 10 : $0 }
            let colon = text.dropFirst().firstIndex(of: 58) ?? text.count
            octets.append(0)
            for part in [text[..<colon], text.dropFirst(colon + 2)] {
                appendLength(part.count, to: &octets)
                octets.append(Array(part))
            }
        }
        var block = FieldBlock()
        var decoder = HPACKDecoder()
        octets.withReadable { octets in
            try? decoder.decode(octets, limit: 1 << 20, fieldLimit: 128, into: &block)
        }
        return block
    }

    private static func appendLength(_ count: Int, to octets: inout ByteBuffer) {
        if count < 127 { return octets.append(UInt8(count)) }
        octets.append(127)
        var rest = count - 127
        while rest >= 128 {
            octets.append(UInt8(rest & 127) | 128)
            rest >>= 7
        }
        octets.append(UInt8(rest))
    }

    private static func request(
        _ block: borrowing FieldBlock,
        endsStream: Bool
    ) -> RequestHead? {
        var head = RequestHead()
        do throws(HTTP2HeadReader.Failure) {
            try HTTP2HeadReader.readRequest(
                block,
                endsStream: endsStream,
                maximumTarget: 16_384,
                into: &head
            )
            return head
        } catch {
            return nil
        }
    }

    private static func response(
        _ block: borrowing FieldBlock,
        answering method: Method,
        endsStream: Bool
    ) -> ResponseHead? {
        var head = ResponseHead()
        do throws(HTTP2HeadReader.Failure) {
            try HTTP2HeadReader.readResponse(
                block,
                answering: method,
                endsStream: endsStream,
                into: &head
            )
            return head
        } catch {
            return nil
        }
    }

    /// Written as text, it is the same request to a parser of HTTP/1 (RFC 9113 §10.3).
    private static func checkRequest(_ head: RequestHead) throws(Broken) {
        // What is refused with 405 is not forwarded.
        if head.method == .connect { return }
        let text = HTTP2Text.request(head)
        guard let again = HTTP2Text.parsed(text) else { throw Broken("no request of HTTP/1") }
        try HeadLines.check(again.fields, text, text.count)
        try require(again.method == head.method, "another method")
        try require(again.fields.text(again.target) == head.fields.text(head.target), "a target")
        let authority = head.fields.text(head.authority)
        try require(again.fields.text(again.authority) == authority, "another authority")
        try require(again.expectsContinue == head.expectsContinue, "another expectation")
        try require(again.isKeptAlive && again.upgrade == .none, "hop-by-hop fields passed")
        let isEmpty = head.framing == .length(0) || head.framing == .none
        try require(again.framing == (isEmpty ? .none : head.framing), "another framing")
        try checkEncoding(text, again, HTTP2Text.fields(again.fields))
    }

    /// Encoded and read once more, it is still the same.
    private static func checkEncoding(
        _ text: [UInt8],
        _ head: RequestHead,
        _ fields: [FieldList.Field]
    ) throws(Broken) {
        var encoder = FieldBlockEncoder()
        var octets = ByteBuffer()
        encoder.appendRequest(text.span, isSecure: false, to: &octets)
        var decoder = HPACKDecoder()
        var block = FieldBlock()
        octets.withReadable { octets in
            try? decoder.decode(octets, limit: 1 << 20, fieldLimit: 256, into: &block)
        }
        guard let again = request(block, endsStream: false) else {
            throw Broken("not read again once encoded")
        }
        try require(again.method == head.method, "another method")
        try require(again.fields.text(again.target) == head.fields.text(head.target), "a target")
        let authority = head.fields.text(head.authority)
        try require(again.fields.text(again.authority) == authority, "another authority")
        let left = fields.filter { field in
            !["host", "transfer-encoding"].contains { Array($0.utf8) == field.name }
        }
        try require(HTTP2Text.fields(again.fields) == left, "other fields once encoded")
    }

    private static func checkResponse(
        _ head: ResponseHead,
        answering method: Method
    ) throws(Broken) {
        let text = HTTP2Text.response(head)
        var again = ResponseHead()
        var scanned = 0
        var parser = ResponseHeadParser()
        parser.limits.fieldCount = 1_024
        let used = try? parser.parse(
            text.span,
            scanned: &scanned,
            answering: method,
            into: &again
        )
        try require(used == text.count, "no response of HTTP/1")
        try HeadLines.check(again.fields, text, text.count)
        try require(again.status == head.status, "another status")
        try require(again.isEventStream == head.isEventStream, "another kind of stream")
        // Without a body and a length, HTTP/1 has one until the connection closes.
        let isOpen = again.framing == .untilClose && head.framing == .none
        let isEmpty = again.framing == .none && head.framing == .length(0)
        try require(isOpen || isEmpty || again.framing == head.framing, "another framing")
    }

    private static func checkTrailers(_ block: borrowing FieldBlock) throws(Broken) {
        var fields = Fields()
        do throws(HTTP2HeadReader.Failure) {
            try HTTP2HeadReader.readTrailers(block, into: &fields)
        } catch {
            return
        }
        let kept = HTTP2Text.fields(fields)
        var output = ByteBuffer()
        ChunkedEncoder.appendEnd(trailers: fields, to: &output)
        if kept.count > 64 || output.readableCount > 16_000 { return }
        var decoder = BodyDecoder(.chunked)
        var index = 0
        let step = output.withReadable { try? decoder.next($0, from: &index) }
        try require(step == .complete && index == output.readableCount, "no trailers of HTTP/1")
        let again = decoder.trailers.map(HTTP2Text.fields) ?? []
        try require(again == kept, "other trailers")
    }
}

/// Heads of HTTP/2 as a proxy writes them to HTTP/1.
private enum HTTP2Text {
    static func request(_ head: RequestHead) -> [UInt8] {
        var head = head
        HopByHop.strip(&head.fields)
        head.fields.drop(.host)
        var output = ByteBuffer()
        HeadEncoder.appendRequestLine(head, to: &output)
        HeadEncoder.appendLine("host", head.fields.bytes.span, head.authority, to: &output)
        HeadEncoder.appendKept(head.fields, to: &output)
        if head.framing == .chunked {
            HeadEncoder.appendLine("transfer-encoding", "chunked", to: &output)
        }
        HeadEncoder.appendEnd(to: &output)
        return output.withReadable { $0.array(0..<$0.count) }
    }

    static func response(_ head: ResponseHead) -> [UInt8] {
        var output = ByteBuffer()
        HeadEncoder.appendStatusLine(head, to: &output)
        HeadEncoder.appendKept(head.fields, to: &output)
        if head.framing == .chunked {
            HeadEncoder.appendLine("transfer-encoding", "chunked", to: &output)
        }
        HeadEncoder.appendEnd(to: &output)
        return output.withReadable { $0.array(0..<$0.count) }
    }

    /// The head that all of `text` is to our parser of HTTP/1.
    static func parsed(_ text: [UInt8]) -> RequestHead? {
        var parser = RequestHeadParser()
        parser.limits.headSize = 1 << 20
        parser.limits.fieldCount = 1_024
        var head = RequestHead()
        var scanned = 0
        let used = try? parser.parse(text.span, scanned: &scanned, into: &head)
        return used == text.count ? head : nil
    }

    /// The fields that are not dropped.
    static func fields(_ fields: Fields) -> [FieldList.Field] {
        fields.lines.filter { !$0.isDropped }.map { line in
            FieldList.Field(
                name: Array(fields.bytes[line.nameRange]),
                value: Array(fields.bytes[line.valueRange])
            )
        }
    }
}
