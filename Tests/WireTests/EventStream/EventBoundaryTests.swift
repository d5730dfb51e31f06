import Testing

@testable import Wire

@Suite struct EventBoundaryTests {
    @Test(arguments: [
        ("", true), ("data: a", false), ("data: a\n", false), ("data: a\n\n", true),
        ("data: a\r\n", false), ("data: a\r\n\r\n", true), ("data: a\r\r", true),
        ("data: a\n\r\n", true), ("data: a\r\n\n", true), ("data: a\n\ndata", false),
        ("data: a\r\n\r", true),
    ]) func `an event ends with an empty line, however it arrives`(
        _ text: String,
        _ isAtEnd: Bool
    ) {
        var whole = EventBoundary()
        var bytewise = EventBoundary()
        let bytes = latin1(text)
        whole.feed(bytes.span)
        for index in bytes.indices { bytewise.feed(bytes.span.extracting(index..<index + 1)) }

        #expect(whole.isAtEventEnd == isAtEnd)
        #expect(bytewise.isAtEventEnd == isAtEnd)
    }
}
