import Base
import Testing

@testable import Wire

/// Lists that are too large, and blocks that unfold to many times their size.
@Suite struct FieldBlockTests {
    @Test func `a list is kept up to its limits and not beyond (RFC 9113 §6.5.2)`() throws {
        // `a: 1` counts 34.
        let octets = HPACKFeed.octets("0001 6101 31 0001 6101 31")

        #expect(try count(octets, limit: 68, fieldLimit: 2) == 2)
        #expect(try count(octets, limit: 67, fieldLimit: 2) == nil)
        #expect(try count(octets, limit: 68, fieldLimit: 1) == nil)
        #expect(try count([], limit: 0, fieldLimit: 0) == 0)
    }

    @Test func `the table stays in step through a list that is not kept (§4.3)`() throws {
        var decoder = HPACKDecoder()
        var block = FieldBlock()
        let first = HPACKFeed.octets("0001 6101 31 4001 6201 32 4001 6301 33 be bf")
        try decoder.decode(first.span, limit: 40, fieldLimit: 9, into: &block)
        let isTooLarge = block.isTooLarge
        let size = block.size
        let keepsNothing = block.lines.isEmpty && block.bytes.isEmpty
        #expect(isTooLarge && keepsNothing && size == 5 * 34)

        try decoder.decode([0xbe, 0xbf].span, limit: 1_000, fieldLimit: 9, into: &block)
        let lines = HPACKFeed.lines(block)
        #expect(lines == ["c: 3", "b: 2"])
    }

    @Test func `a block that unfolds without end is given up`() throws {
        // A field of 4,000 octets, and then its index again and again.
        var bomb: [UInt8] = [0x40, 1, 97, 0x7f, 0xa1, 0x1e]
        bomb += [UInt8](repeating: 98, count: 4_000)
        bomb += [UInt8](repeating: 0xbe, count: 60_000)
        var decoder = HPACKDecoder()
        var block = FieldBlock()

        #expect(throws: HPACKDecoder.Failure.endless) {
            try decoder.decode(bomb.span, limit: 65_536, fieldLimit: 128, into: &block)
        }
        let held = block.bytes.allocatedCount
        let size = block.size
        #expect(held <= 131_072 && size < 65_536 * 16 + 5_000)
    }

    @Test func `a name of the table is not copied without end either`() throws {
        var bomb: [UInt8] = [0x40, 0x7f, 0xa1, 0x1e]
        bomb += [UInt8](repeating: 98, count: 4_000) + [0]
        for _ in 0..<30_000 { bomb += [0x7e, 0] }
        var decoder = HPACKDecoder()
        var block = FieldBlock()

        #expect(throws: HPACKDecoder.Failure.endless) {
            try decoder.decode(bomb.span, limit: 65_536, fieldLimit: 128, into: &block)
        }
    }

    @Test func `a block gives its memory back`() throws {
        var block = FieldBlock()
        var decoder = HPACKDecoder()
        try decoder.decode([0x82].span, limit: 100, fieldLimit: 1, into: &block)
        block.release()
        let held = block.bytes.allocatedCount
        let isEmpty = block.lines.isEmpty

        #expect(held == 0 && isEmpty)
    }

    /// How many lines are kept; `nil` when the list is too large.
    private func count(_ octets: [UInt8], limit: Int, fieldLimit: Int) throws -> Int? {
        var decoder = HPACKDecoder()
        var block = FieldBlock()
        try decoder.decode(octets.span, limit: limit, fieldLimit: fieldLimit, into: &block)
        return block.isTooLarge ? nil : block.lines.count
    }
}
