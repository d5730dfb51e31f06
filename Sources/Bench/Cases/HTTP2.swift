import Base
import Wire

extension Case {
    /// Field blocks and heads of HTTP/2, on a connection that has seen such a head before.
    static let http2 = [
        Case("field block: decode the fields of an SDK's head") { count in
            var decoder = HPACKDecoder()
            var block = FieldBlock()
            let blocks = fieldBlocks(Heads.sdk)
            decode(blocks.first, &decoder, &block)
            for _ in 0..<count { decode(blocks.again, &decoder, &block) }
        },
        Case("field block: decode and read an SDK's head") { count in
            var decoder = HPACKDecoder()
            var block = FieldBlock()
            var head = RequestHead()
            let blocks = fieldBlocks(Heads.sdk)
            decode(blocks.first, &decoder, &block)
            for _ in 0..<count {
                decode(blocks.again, &decoder, &block)
                try? HTTP2HeadReader.readRequest(
                    block,
                    endsStream: false,
                    maximumTarget: 16_384,
                    into: &head
                )
            }
            precondition(head.fields.lines.count > 0, "the head was refused")
        },
        Case("field block: encode an SDK's head") { count in
            encode(Heads.sdk, count) { $0.appendRequest($1, isSecure: false, to: &$2) }
        },
        Case("field block: encode an answer's head") { count in
            encode(Heads.answer, count) { $0.appendResponse($1, to: &$2) }
        },
    ]

    /// The blocks that a head becomes at first and when it comes again.
    private static func fieldBlocks(_ head: [UInt8]) -> (first: [UInt8], again: [UInt8]) {
        var encoder = FieldBlockEncoder()
        let blocks = (0..<2).map { _ in
            var output = ByteBuffer()
            encoder.appendRequest(head.span, isSecure: false, to: &output)
            return output.withReadable { $0.array(0..<$0.count) }
        }
        return (blocks[0], blocks[1])
    }

    private static func decode(
        _ octets: [UInt8],
        _ decoder: inout HPACKDecoder,
        _ block: inout FieldBlock
    ) {
        try? decoder.decode(octets.span, limit: 65_536, fieldLimit: 128, into: &block)
        precondition(block.size > 0, "the block was refused")
    }

    private static func encode(
        _ head: [UInt8],
        _ count: Int,
        _ append: (inout FieldBlockEncoder, Span<UInt8>, inout ByteBuffer) -> Void
    ) {
        var encoder = FieldBlockEncoder()
        var output = ByteBuffer(minimumCapacity: 4_096)
        for _ in 0..<count {
            append(&encoder, head.span, &output)
            output.clear()
        }
    }
}
