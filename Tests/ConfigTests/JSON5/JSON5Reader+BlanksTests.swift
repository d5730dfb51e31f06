import Testing

@testable import Config

@Suite struct JSON5ReaderBlanksTests {
    @Test(arguments: [
        "// a\n{}", "/* a\n * b */{}", "/**/{}", "{}//", "\u{feff}{}", "\t\u{0b}\u{0c}\u{a0}{}\r\n",
        "\u{2028}\u{2029}\u{3000}{}", "// a\r{}", "// a\u{2028}{}", "/* // */ {} /* /* */",
    ])
    func `blanks and comments may stand around a value (JSON5 §7, §8)`(_ text: String) {
        #expect(JSON5Reader.read(Array(text.utf8)).root?.value == .object([]))
    }
}
