import Testing

@testable import Routing

@Suite struct JSONTextReaderTests {
    /// What a string says, given with its closing quote; `nil` when it does not end well.
    private func read(_ text: String, keeping count: Int = 100) -> [UInt8]? {
        var reader = JSONTextReader()
        reader.reset(keeping: count)
        for byte in text.utf8 {
            switch reader.take(byte) {
            case .more: continue
            case .end: return reader.bytes
            case .malformed: return nil
            }
        }
        return nil
    }

    @Test(arguments: [
        (#"""#, ""), (#"a\"b\\\/""#, "a\"b\\/"), (#"\b\f\n\r\t""#, "\u{8}\u{c}\n\r\t"),
        (#"\u0041\u00e9\u20AC""#, "A\u{e9}\u{20ac}"), (#"\ud83d\ude00""#, "\u{1f600}"),
        (#"\ud83d""#, "\u{fffd}"), (#"\ud83d\n""#, "\u{fffd}\n"), (#"\ude00a""#, "\u{fffd}a"),
        (#"\ud83d\ud83d\ude00""#, "\u{fffd}\u{1f600}"), (#"\u0000""#, "\0"),
    ]) func `escapes are decoded`(_ text: String, _ meaning: String) {
        #expect(read(text) == Array(meaning.utf8))
    }

    @Test(arguments: ["a", #"\a""#, #"\u12""#, "\n\"", #"\u123g""#, #"\"#])
    func `a malformed string is refused`(_ text: String) {
        #expect(read(text) == nil)
    }

    @Test func `no more is kept than was asked for`() {
        #expect(read(#"abcdef\u20ac""#, keeping: 4) == Array("abcd".utf8))
    }

    @Test func `nothing of one string is left for the next`() {
        var reader = JSONTextReader()
        reader.reset(keeping: 9)
        for byte in #"a\ud83d\"#.utf8 { _ = reader.take(byte) }
        reader.reset(keeping: 9)

        #expect(reader.take(UInt8(ascii: "b")) == .more)
        #expect(reader.take(UInt8(ascii: "\"")) == .end)
        #expect(reader.bytes == [UInt8(ascii: "b")])
    }
}
