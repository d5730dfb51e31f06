import Testing

@testable import Config

@Suite struct NumericAddressTests {
    @Test(
        arguments: [
            ("::", 0), ("::1", 1), ("1::", 1 << 112),
            ("1:2:3:4:5:6:7:8", 0x1_0002_0003_0004_0005_0006_0007_0008),
            ("::ffff:1.2.3.4", 0xffff_0102_0304), ("1.2.3.4", 0xffff_0102_0304),
            ("fe80::a", 0xfe80 << 112 | 10),
            ("FD00::", 0xfd00 << 112),
        ] as [(String, UInt128)]
    )
    func `addresses are read as numbers (RFC 4291 §2.2)`(_ text: String, _ number: UInt128) {
        #expect(NumericAddress.parse(text) == number)
    }

    @Test(arguments: [
        "", ":", ":::", "1:", ":1", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7::8", "12345::", "g::", "::1.2.3", "1.2.3.4::", "1.2.3", "1.2.3.4.5",
        "256.1.1.1", "01.2.3.4", "1.2.3.+4", "1..2.3", "+1::", "::1%eth0",
    ])
    func `what is no address is refused`(_ text: String) {
        #expect(NumericAddress.parse(text) == nil)
    }
}
