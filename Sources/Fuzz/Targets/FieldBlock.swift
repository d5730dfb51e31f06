import Base
import Wire

extension FuzzTarget {
    /// Field blocks of one connection, each behind an octet that says how long it is.
    ///
    /// What is decoded is decoded again once we encoded it, and a decoder that keeps hardly
    /// anything stays in step with one that keeps all.
    static let fieldBlock = FuzzTarget(
        name: "field-block",
        seeds: ["\u{5}@\u{1}a\u{1}b", "\u{9}\u{10}\u{3}abc\u{3}def", "\u{3} ?E"],
        octets: [
            [4, 0x82, 0x86, 0x84, 0xbe], [6, 0x40, 1, 97, 1, 98, 0xbe, 1, 0xbe],
            [10, 0x82, 0x41, 0x8c, 0xf1, 0xe3, 0xc2, 0xe5, 0xf2, 0x3a, 0x6b],
            [8, 0x82, 0x41, 0x82, 0x64, 0x02, 0x40, 0x81, 0x1f, 2, 0xbe, 0x84],
            [6, 0x3f, 0xe1, 0x1f, 0x0f, 0x10, 0x00, 3, 0x20, 0x20, 0x88],
        ],
        words: ["@\u{1}a\u{1}b", "?E", " ", "\u{7f}\u{0}", "\u{0}"]
    ) { bytes throws(Broken) in
        var whole = HPACKDecoder()
        var again = HPACKDecoder()
        var tight: TightDecoder? = TightDecoder()
        var encoder = HPACKEncoder()
        var index = 0
        while index < bytes.count {
            let end = min(bytes.count, index + 1 + Int(bytes[index]))
            let octets = Array(bytes[index + 1..<end])
            index = end
            let list = FieldList(octets, &whole)
            try tight?.compare(octets, with: list)
            if tight?.isOver ?? true { tight = nil }
            guard let list else { return }
            if list.isTooLarge { continue }
            let encoded = list.encoded(by: &encoder)
            guard let decoded = FieldList(encoded, &again) else {
                throw Broken("not decoded again")
            }
            try require(decoded.fields == list.lowercased, "\(list.fields) became \(decoded)")
            try require(list.size == list.sum, "a size of \(list.size), but \(list.sum)")
        }
    }
}

/// A decoder that keeps lists of 100 octets or three fields at most.
private struct TightDecoder: ~Copyable {
    private var decoder = HPACKDecoder()
    /// Whether it gave up: what is endless to it need not be to others.
    private(set) var isOver = false

    mutating func compare(_ octets: [UInt8], with list: FieldList?) throws(Broken) {
        var block = FieldBlock()
        do throws(HPACKDecoder.Failure) {
            try decoder.decode(octets.span, limit: 100, fieldLimit: 3, into: &block)
        } catch {
            isOver = true
            return try require(list == nil || error == .endless, "refused by the tight one alone")
        }
        guard let list else { throw Broken("passed by the tight one alone") }
        try require(block.size == list.size, "another size")
        if !block.isTooLarge { try require(FieldList(block).fields == list.fields, "out of step") }
    }
}

/// The names and values of one decoded block.
struct FieldList: CustomStringConvertible {
    struct Field: Equatable {
        var name: [UInt8]
        var value: [UInt8]
    }

    private(set) var fields: [Field] = []
    let size: Int
    let isTooLarge: Bool

    init(_ block: borrowing FieldBlock) {
        size = block.size
        isTooLarge = block.isTooLarge
        let lines = block.lines
        fields = block.withBytes { bytes in
            lines.map { Field(name: bytes.array($0.name), value: bytes.array($0.value)) }
        }
    }

    /// `nil` when the decoder refuses the block.
    init?(_ octets: [UInt8], _ decoder: inout HPACKDecoder) {
        var block = FieldBlock()
        do throws(HPACKDecoder.Failure) {
            try decoder.decode(octets.span, limit: 65_536, fieldLimit: 1_024, into: &block)
        } catch {
            return nil
        }
        self.init(block)
    }

    var description: String { "\(fields)" }

    /// What the size must be (RFC 9113 §6.5.2).
    var sum: Int { fields.reduce(0) { $0 + $1.name.count + $1.value.count + 32 } }

    /// The fields as an encoder sends them.
    var lowercased: [Field] {
        fields.map { Field(name: $0.name.map(ASCII.lowercased), value: $0.value) }
    }

    /// One block of all fields, by turns indexed, not indexed and never.
    func encoded(by encoder: inout HPACKEncoder) -> [UInt8] {
        var output = ByteBuffer()
        for (index, field) in fields.enumerated() {
            let indexing = [HPACKEncoder.Indexing.indexed, .indexed, .unindexed, .never][index % 4]
            encoder.encode(
                name: field.name.span,
                0..<field.name.count,
                value: field.value.span,
                0..<field.value.count,
                indexing,
                to: &output
            )
        }
        return output.withReadable { $0.array(0..<$0.count) }
    }
}
