import Base
import Wire

extension Case {
    /// Heads and bodies.
    static let wire = [
        Case("request head: parse, as of wrk") { parse(Heads.small, $0) },
        Case("request head: parse, as of an SDK") { parse(Heads.sdk, $0) },
        Case("response head: parse") { count in
            let parser = ResponseHeadParser()
            let bytes = Heads.answer
            var head = ResponseHead()
            for _ in 0..<count {
                var scanned = 0
                let used = try? parser.parse(
                    bytes.span,
                    scanned: &scanned,
                    answering: .get,
                    into: &head
                )
                keep(used ?? 0)
            }
        },
        // What was dropped stays so: to be stripped again, a head must be parsed again.
        Case("request head: parse, strip and encode, as of an SDK") { count in
            let parser = RequestHeadParser()
            let bytes = Heads.sdk
            var head = RequestHead()
            var output = ByteBuffer(minimumCapacity: 4_096)
            for _ in 0..<count {
                var scanned = 0
                keep((try? parser.parse(bytes.span, scanned: &scanned, into: &head)) ?? 0)
                HopByHop.strip(&head.fields)
                HeadEncoder.appendHead(head, to: &output)
                HeadEncoder.appendEnd(to: &output)
                output.clear()
            }
        },
        Case("response head: encode") { count in
            let head = responseHead(Heads.answer)
            var output = ByteBuffer(minimumCapacity: 4_096)
            for _ in 0..<count {
                HeadEncoder.appendHead(head, to: &output)
                HeadEncoder.appendEnd(to: &output)
                output.clear()
            }
        },
        Case("chunked body: one chunk of 100 bytes") { count in
            let chunk = Array("64\r\n\(String(repeating: "x", count: 100))\r\n".utf8)
            var decoder = BodyDecoder(.chunked)
            for _ in 0..<count {
                var index = 0
                while index < chunk.count {
                    guard case .payload(let range)? = try? decoder.next(chunk.span, from: &index)
                    else { break }
                    keep(range.count)
                }
            }
        },
        Case("event stream: feed 100 bytes") { count in
            let event = Array("data: \(String(repeating: "x", count: 92))\n\n".utf8)
            var boundary = EventBoundary()
            for _ in 0..<count { boundary.feed(event.span) }
            keep(boundary.isAtEventEnd ? 1 : 0)
        },
    ]

    private static func parse(_ bytes: [UInt8], _ count: Int) {
        let parser = RequestHeadParser()
        var head = RequestHead()
        for _ in 0..<count {
            var scanned = 0
            keep((try? parser.parse(bytes.span, scanned: &scanned, into: &head)) ?? 0)
        }
        precondition(head.fields.lines.count > 0, "the head was refused")
    }

    /// The head that `bytes` are.
    static func requestHead(_ bytes: [UInt8]) -> RequestHead {
        var head = RequestHead()
        var scanned = 0
        let used = try? RequestHeadParser().parse(bytes.span, scanned: &scanned, into: &head)
        precondition(used == bytes.count, "the head was refused")
        return head
    }

    private static func responseHead(_ bytes: [UInt8]) -> ResponseHead {
        var head = ResponseHead()
        var scanned = 0
        let used = try? ResponseHeadParser().parse(
            bytes.span,
            scanned: &scanned,
            answering: .get,
            into: &head
        )
        precondition(used == bytes.count, "the head was refused")
        return head
    }
}
