import Base
import Testing

@Suite struct ByteSpanTests {
    @Test(arguments: 0..<24) func `a byte is found wherever it stands`(_ place: Int) {
        var bytes = [UInt8](repeating: 0x0b, count: 24)
        bytes[place] = 0x0a

        for start in 0...24 {
            let found = bytes.lending { $0.firstIndex(of: 0x0a, from: start) }
            #expect(found == (start <= place ? place : nil))
        }
    }

    @Test func `the first of several is found, and its look-alikes are not`() {
        // 0x0b right above 0x0a makes the borrow of the word trick show itself, were it wrong.
        let bytes: [UInt8] = [0x8a, 0x0b, 0x0a, 0x0b, 0x0a, 0x0a, 0x00, 0xff, 0x0a]

        #expect(bytes.lending { $0.firstIndex(of: 0x0a) } == 2)
        #expect(bytes.lending { $0.firstIndex(of: 0x0a, from: 3) } == 4)
        #expect(bytes.lending { $0.firstIndex(of: 0x0a, from: 6) } == 8)
        #expect(bytes.lending { $0.firstIndex(of: 0x0d) } == nil)
    }

    @Test func `a search that starts past the end finds nothing`() {
        let bytes: [UInt8] = [1, 2, 3]

        #expect(bytes.lending { $0.firstIndex(of: 1, from: 3) } == nil)
        #expect(bytes.lending { $0.firstIndex(of: 1, from: .max) } == nil)
        #expect([UInt8]().lending { $0.firstIndex(of: 1) } == nil)
    }

    @Test func `text is compared with and without case`() {
        let bytes = Array("xHost:".utf8)

        #expect(bytes.lending { $0.equals("Host", 1..<5) })
        #expect(!bytes.lending { $0.equals("host", 1..<5) })
        #expect(bytes.lending { $0.equalsIgnoringCase("host", 1..<5) })
        #expect(!bytes.lending { $0.equalsIgnoringCase("hos", 1..<5) })
        #expect(bytes.lending { $0.equals("x", 0..<1) })
        #expect(bytes.lending { $0.equals("", 3..<3) })
    }

    @Test func `punctuation is not folded into letters' places`() {
        let bytes: [UInt8] = [UInt8(ascii: "["), UInt8(ascii: "@")]

        #expect(!bytes.lending { $0.equalsIgnoringCase("{`", 0..<2) })
    }

    @Test func `a range outside the bytes equals nothing`() {
        let bytes = Array("abc".utf8)

        #expect(!bytes.lending { $0.equals("abc", 1..<4) })
        #expect(!bytes.lending { $0.equals("abc", -1..<2) })
        #expect(!bytes.lending { $0.equalsIgnoringCase("abc", 2..<5) })
        #expect(!bytes.lending { $0.equalsIgnoringCase("abc", -3..<0) })
        #expect(bytes.lending { $0.decimal(0..<9) } == nil)
        #expect(bytes.lending { $0.decimal(-1..<2) } == nil)
    }

    @Test(arguments: [
        ("0", 0), ("007", 7), ("18446744073709551615", UInt64.max),
        ("18446744073709551616", nil), ("99999999999999999999999", nil),
        ("", nil), ("-1", nil), ("+1", nil), ("1 ", nil), ("1a", nil), ("1:", nil), ("/1", nil),
    ]) func `a decimal is digits only and fits 64 bits`(_ text: String, _ number: UInt64?) {
        let bytes = Array(text.utf8)

        #expect(bytes.lending { $0.decimal(0..<bytes.count) } == number)
    }

    @Test(arguments: [
        ("  a b\t", 2..<5), ("a", 0..<1), (" \t ", 3..<3), ("", 0..<0), ("\ra", 0..<2),
    ]) func `blanks at the ends are trimmed, nothing else`(_ text: String, _ range: Range<Int>) {
        let bytes = Array(text.utf8)

        #expect(bytes.lending { $0.trimmed(0..<bytes.count) } == range)
    }

    @Test(arguments: 0..<30) func `words and single bytes agree on where two texts differ`(
        _ place: Int
    ) {
        let text: StaticString = "abcdefghijklmnopqrstuvwxyz.-_~"
        var bytes = Array("\(text)".utf8)
        bytes[place] ^= 0x20
        let isLetter = place < 26

        #expect(!bytes.lending { $0.equals(text, 0..<30) })
        #expect(bytes.lending { $0.equalsIgnoringCase(text, 0..<30) } == isLetter)
    }

    @Test(arguments: 0..<5) func `an array becomes another, longer or shorter`(_ count: Int) {
        let bytes = Array(UInt8(10)..<UInt8(10 + count))
        var array: [UInt8] = [1, 2, 3]
        var fresh: [UInt8] = []

        array.replace(with: bytes.span)
        fresh.replace(with: bytes.span)

        #expect(array == bytes)
        #expect(fresh == bytes)
    }

    @Test func `ranges become text and arrays`() {
        let bytes: [UInt8] = [0x61, 0xff, 0x62]
        var copy: [UInt8] = [1]

        copy.append(bytes.span)

        #expect(bytes.lending { $0.text(0..<3) } == "a\u{fffd}b")
        #expect(bytes.lending { $0.array(1..<3) } == [0xff, 0x62])
        #expect(copy == [1, 0x61, 0xff, 0x62])
    }
}

extension [UInt8] {
    /// A span cannot stand in `#expect`, what was read from it can.
    fileprivate func lending<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        body(span)
    }
}
