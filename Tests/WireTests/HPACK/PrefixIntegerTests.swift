import Base
import Testing

@testable import Wire

@Suite struct PrefixIntegerTests {
    @Test(
        arguments: [
            (10, 5, [0x0a]), (1_337, 5, [0x1f, 0x9a, 0x0a]), (42, 8, [0x2a]), (30, 5, [0x1e]),
            (31, 5, [0x1f, 0x00]), (158, 5, [0x1f, 0x7f]), (159, 5, [0x1f, 0x80, 0x01]),
            (0, 4, [0x00]), (127, 7, [0x7f, 0x00]),
            (268_435_455 + 127, 7, [0x7f, 0xff, 0xff, 0xff, 0x7f]),
        ] as [(Int, UInt8, [UInt8])]
    )
    func `integers are written and read (RFC 7541 C.1)`(
        _ value: Int,
        _ bits: UInt8,
        _ octets: [UInt8]
    ) {
        var output = ByteBuffer()
        PrefixInteger.append(value, bits: bits, pattern: 0, to: &output)
        let written = output.withReadable { $0.array(0..<$0.count) }
        #expect(written == octets)

        // High bits belong to somebody else, and what follows too.
        let others = bits == 8 ? 0 : UInt8(1) << bits
        let input = [octets[0] | others] + octets.dropFirst() + [0xff]
        var index = 0
        #expect(PrefixInteger.decode(input.span, &index, bits: bits) == value)
        #expect(index == octets.count)
    }

    @Test(
        arguments: [
            [0x1f], [0x1f, 0x80], [0x1f, 0xff, 0xff, 0xff],
            [0x1f, 0xff, 0xff, 0xff, 0xff, 0x00], [0x1f, 0x80, 0x80, 0x80, 0x80, 0x00],
            [0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
        ] as [[UInt8]]
    )
    func `an integer that is cut short or too long is refused (§5.1)`(_ octets: [UInt8]) {
        var index = 0
        #expect(PrefixInteger.decode(octets.span, &index, bits: 5) == nil)
    }
}
