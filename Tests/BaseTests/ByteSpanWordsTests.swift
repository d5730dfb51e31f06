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
        let wrong = (0..<19).filter { place in
            var bytes = [UInt8](repeating: 97, count: 20)
            bytes[place] = byte
            let span = bytes.span
            let host = span.hostNameEnd(from: 0, to: 20)
            return span.firstControl(from: 0) != (isControl ? place : nil)
                || span.tokenEnd(from: 0, to: 20) != (isToken ? 20 : place)
                || host > (isHostName ? 20 : place)
        }

        #expect(wrong == [])
    }

    @Test func `a folded word is the same wherever it stands`() {
        let bytes = [UInt8]("Host......HOST".utf8)
        let first = bytes.span.foldedWord(0..<4)
        let last = bytes.span.foldedWord(10..<14)

        #expect(first == last)
        #expect(bytes.span.foldedWord(5..<5) == 0)
    }
}
