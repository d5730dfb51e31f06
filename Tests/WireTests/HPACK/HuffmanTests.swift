import Base
import Testing

@testable import Wire

@Suite struct HuffmanTests {
    @Test(
        arguments: [
            ("www.example.com", "f1e3c2e5f23a6ba0ab90f4ff"), ("no-cache", "a8eb10649cbf"),
            ("302", "6402"), ("private", "aec3771a4b"), ("307", "640eff"), ("gzip", "9bd9ab"),
            (
                "Mon, 21 Oct 2013 20:13:21 GMT",
                "d07abe941054d444a8200595040b8166e082a62d1bff"
            ),
        ]
    )
    func `the examples of the standard (RFC 7541 C.4, C.6)`(_ text: String, _ hex: String) {
        let bytes = Array(text.utf8)
        let octets = HPACKFeed.octets(hex)

        #expect(encoded(bytes) == octets)
        #expect(decoded(octets) == bytes)
        #expect(Huffman.encodedCount(bytes.span, 0..<bytes.count) == octets.count)
    }

    @Test func `every octet survives, alone, doubled and among others`() {
        for octet in 0...UInt8.max {
            for bytes in [[octet], [octet, octet], Array("abc".utf8) + [octet] + [0, 48, 249]] {
                #expect(decoded(encoded(bytes)) == bytes, "\(bytes)")
            }
        }
    }

    @Test(
        arguments: [
            (0, 0x1ff8), (10, 0x3fff_fffc), (22, 0x3fff_fffe), (33, 0x3f8), (92, 0x7_fff0),
            (127, 0xfff_fffc), (128, 0xf_ffe6), (192, 0x3ff_ffe0), (203, 0x7ff_ffde),
            (195, 0x7_fff1), (208, 0x7_fff2), (220, 0xfff_fffd), (249, 0xfff_fffe),
            (255, 0x3ff_ffee), (256, 0x3fff_ffff),
        ]
    )
    func `words are those of the standard's table (RFC 7541 B)`(_ symbol: Int, _ word: UInt64) {
        #expect(HuffmanCode.shared.words[symbol] >> 8 == word)
    }

    @Test func `padding is at most seven ones (RFC 7541 5.2)`() {
        // `0` is five zeros.
        #expect(decoded([0b0000_0111]) == [48])
        #expect(decoded([0b0000_0110]) == nil, "a zero in it")
        #expect(decoded([0b0000_0000]) == nil, "zeros alone")
        #expect(decoded([0xff]) == nil, "eight ones alone")
        #expect(decoded([0b0000_0111, 0xff]) == nil, "eleven ones")
        #expect(decoded([0b0000_0000, 0b0011_1111]) == [48, 48])
        #expect(decoded([0b0000_0000, 0b0011_1101]) == nil, "a word that is cut short")
        // `&` is eight bits, and nothing pads it.
        #expect(decoded([0xf8]) == [38])
    }

    @Test func `the end symbol is refused wherever it stands (RFC 7541 5.2)`() {
        #expect(decoded([0xff, 0xff, 0xff, 0xff]) == nil)
        #expect(decoded([0xff, 0xff, 0xff, 0xfc]) == nil)
        #expect(decoded([0x07, 0xff, 0xff, 0xff, 0xff, 0xff, 0x07]) == nil)
    }

    @Test func `whatever is decoded is encoded as it was`() {
        var random = RandomSource(seed: 7)
        for _ in 0..<20_000 {
            let count = Int(random.next() % 12)
            let octets = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            if let bytes = decoded(octets) { #expect(encoded(bytes) == octets) }
        }
    }

    private func encoded(_ bytes: [UInt8]) -> [UInt8] {
        var output = ByteBuffer()
        Huffman.append(bytes.span, 0..<bytes.count, to: &output)
        return output.withReadable { $0.array(0..<$0.count) }
    }

    private func decoded(_ octets: [UInt8]) -> [UInt8]? {
        var output = ByteBuffer()
        guard Huffman.decode(octets.span, 0..<octets.count, to: &output) else { return nil }
        return output.withReadable { $0.array(0..<$0.count) }
    }
}
