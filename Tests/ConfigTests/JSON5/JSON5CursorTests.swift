import Testing

@testable import Config

@Suite struct JSON5CursorTests {
    @Test(arguments: [
        ("a\nb", 2, 2), ("a\r\nb", 2, 2), ("a\rb", 2, 2), ("\n\r\n\r", 4, 1), ("äb", 1, 3),
        ("😀", 1, 2),
    ])
    func `lines and columns follow every line end and scalar`(
        _ text: String,
        _ line: Int,
        _ column: Int
    ) {
        var cursor = JSON5Cursor(Array(text.utf8))

        while cursor.current != nil { cursor.advance() }

        #expect(cursor.position == TextPosition(line: line, column: column))
    }

    @Test func `a word is taken whole or not at all`() {
        var cursor = JSON5Cursor(Array("Infinit".utf8))

        let isTaken = cursor.take("Infinity")

        #expect(!isTaken)
        #expect(cursor.index == 0)
    }
}
