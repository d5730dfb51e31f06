import Testing

@testable import Telemetry

@Suite struct HexDigitsTests {
    @Test(arguments: [
        ("0", 0 as UInt128?), ("ff", 255), ("0123456789abcdef", 0x0123_4567_89ab_cdef), ("", nil),
        ("FF", nil), ("aB", nil), ("0g", nil), (" 1", nil),
        ("0123456789abcdef0123456789abcdef0", nil),
    ]) func `only lower case is read, up to 32 digits`(_ text: String, _ number: UInt128?) {
        #expect(with(text) { HexDigits.lowercase($0, $1) } == number)
    }

    @Test func `all digits are written`() {
        #expect(
            written { HexDigits.append(0xab, to: &$0) } == String(repeating: "0", count: 30) + "ab"
        )
    }
}
