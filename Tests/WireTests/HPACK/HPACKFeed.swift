import Base

@testable import Wire

/// Field blocks as tests write them: hexadecimal digits in, lines of text out.
enum HPACKFeed {
    /// The octets that the digits in `text` are; anything else in it is left out.
    static func octets(_ text: String) -> [UInt8] {
        let digits = text.utf8.compactMap(ASCII.hexValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    static func hex(_ octets: [UInt8]) -> String {
        written { output in
            for octet in octets { output.append(hex: UInt64(octet), digits: 2) }
        }
    }

    /// The lines of one block, each as `name: value`.
    static func lines(_ block: borrowing FieldBlock) -> [String] {
        let lines = block.lines
        return block.withBytes { bytes in
            lines.map { bytes.text($0.name) + ": " + bytes.text($0.value) }
        }
    }

    /// What `decoder` makes of the block that `octets` are.
    static func decode(
        _ octets: [UInt8],
        _ decoder: inout HPACKDecoder,
        limit: Int = 1 << 20,
        fieldLimit: Int = 1 << 10
    ) throws(HPACKDecoder.Failure) -> [String] {
        var block = FieldBlock()
        try decoder.decode(octets.span, limit: limit, fieldLimit: fieldLimit, into: &block)
        return lines(block)
    }

    /// What a new decoder makes of it.
    static func decode(_ text: String) throws(HPACKDecoder.Failure) -> [String] {
        var decoder = HPACKDecoder()
        return try decode(octets(text), &decoder)
    }

    /// The block that `encoder` makes of fields written as `name: value`.
    static func encode(
        _ lines: [String],
        _ encoder: inout HPACKEncoder,
        _ indexing: HPACKEncoder.Indexing = .indexed
    ) -> [UInt8] {
        var output = ByteBuffer()
        for line in lines {
            let bytes = Array(line.utf8)
            // A pseudo-header field's name begins with a colon.
            guard let colon = bytes.dropFirst().firstIndex(of: UInt8(ascii: ":")) else { continue }
            encoder.encode(
                name: bytes.span,
                0..<colon,
                value: bytes.span,
                colon + 2..<bytes.count,
                indexing,
                to: &output
            )
        }
        return output.withReadable { $0.array(0..<$0.count) }
    }
}
