import Base
import Testing

@testable import Wire

@Suite struct FieldLineTests {
    @Test func `a line knows its name, its value and itself`() throws {
        let text = "GET / HTTP/1.1\r\nHost: a\r\nX-A: \t b c \r\n\r\n"
        let fields = try #require(try RequestFeed.whole(text)).head.fields
        let line = try #require(fields.lines.last)

        #expect(line.name == .other && !line.isDropped)
        #expect(fields.text(line.nameRange) == "X-A")
        #expect(fields.text(line.valueRange) == "b c")
        #expect(fields.text(line.lineRange) == "X-A: \t b c \r\n")
    }
}
