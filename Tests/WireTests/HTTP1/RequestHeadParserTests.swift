import Base
import Testing

@testable import Wire

@Suite struct RequestHeadParserTests {
    @Test func `a plain request is read into its parts`() throws {
        let text = "POST /v1/chat?x=1 HTTP/1.1\r\nHost: a:80\r\nContent-Length: 5\r\n\r\nhello"
        let head = try #require(try RequestFeed.whole(text))

        #expect(head.consumed == text.utf8.count - 5)
        #expect(head.head.method == .post)
        #expect(head.head.fields.text(head.head.target) == "/v1/chat?x=1")
        #expect(head.head.fields.text(head.head.path) == "/v1/chat")
        #expect(head.head.fields.text(head.head.authority) == "a:80")
        #expect(head.head.framing == .length(5))
        #expect(head.head.isKeptAlive)
    }
}
