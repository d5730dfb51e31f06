import Base
import Testing

@Suite struct ByteSpanWordsTests {
    /// Every byte at every place of a stretch that spans words, against the plain rule.
    @Test(arguments: UInt8.min...UInt8.max)
    func `words and single bytes agree on every byte at every place`(_ byte: UInt8) {
        let isControl = byte < 32 && byte != 9 || byte == 127
        let isToken = ASCII.isToken(byte)
        let isHostName =
            ASCII.isLetter(byte) || ASCII.isDigit(byte) || byte == 45 || byte == 46
        let isLowerName = isHostName && !(65...90 ~= byte)
        let isPlainTarget = byte > 32 && byte < 127 && byte != 35 && byte != 63
        let wrong = (0..<20).filter { place in
            var bytes = [UInt8](repeating: 97, count: 20)
            bytes[place] = byte
            let span = bytes.span
            let host = span.hostNameEnd(from: 0, to: 20)
            return span.firstControl(from: 0) != (isControl ? place : nil)
                || span.tokenEnd(from: 0, to: 20) != (isToken ? 20 : place)
                || host != (isHostName ? 20 : place)
                || span.lowercaseNameEnd(from: 0, to: 20) != (isLowerName ? 20 : place)
                || span.plainTargetEnd(from: 0, to: 20) != (isPlainTarget ? 20 : place)
                || span.firstColon(from: 0, to: 20) != (byte == 58 ? place : 20)
        }

        #expect(wrong == [])
    }

    @Test(arguments: 0..<20) func `a search ends where it is told, and begins so`(_ end: Int) {
        let bytes = [UInt8](repeating: 97, count: 20)

        #expect(bytes.span.tokenEnd(from: end / 2, to: end) == end)
        #expect(bytes.span.plainTargetEnd(from: end / 2, to: end) == end)
        #expect(bytes.span.firstColon(from: end / 2, to: end) == end)
        #expect(bytes.span.extracting(0..<end).firstControl(from: end / 2) == nil)
    }

    @Test(arguments: 0..<18) func `a text is found where it begins alone`(_ place: Int) {
        let bytes = Array("................abc".utf8)

        #expect(bytes.span.has("abc", at: place) == (place == 16))
        #expect(bytes.span.has(".......", at: place) == (place <= 9))
    }

    @Test func `a folded word is the same wherever it stands`() {
        let bytes = [UInt8]("Host......HOST".utf8)
        let first = bytes.span.foldedWord(0..<4)
        let last = bytes.span.foldedWord(10..<14)

        #expect(first == last)
        #expect(bytes.span.foldedWord(5..<5) == 0)
    }
}
