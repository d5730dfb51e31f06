import Testing

@testable import Config

@Suite struct JSON5NodeTests {
    @Test func `positions are ordered by line, then by column`() {
        let first = TextPosition(line: 1, column: 9)
        let second = TextPosition(line: 2, column: 1)

        #expect(first < second)
        #expect(TextPosition.start < first)
    }

    @Test func `kinds are named as people name them`() {
        #expect(JSON5Node.Value.list([]).kindName == "a list")
        #expect(JSON5Node.Value.null.kindName == "null")
    }
}
