import Base
import Testing

@testable import Wire

@Suite struct HeadEncoderTests {
    @Test func `lines of our own stand behind those that are kept`() throws {
        let text = "HTTP/1.0 418 Teapot\r\nA: 1\r\nConnection: close\r\nB: 2\r\n\r\n"
        var parsed = try #require(try ResponseFeed.whole(text))
        HopByHop.strip(&parsed.head.fields)
        let value = latin1("v")

        let head = written { output in
            HeadEncoder.appendStatusLine(parsed.head, to: &output)
            HeadEncoder.appendKept(parsed.head.fields, to: &output)
            HeadEncoder.appendLine("c", "3", to: &output)
            HeadEncoder.appendLine("d", value.span, 0..<1, to: &output)
            HeadEncoder.appendLine("e", decimal: 5, to: &output)
            HeadEncoder.appendEnd(to: &output)
        }

        #expect(head == "HTTP/1.1 418 Teapot\r\nA: 1\r\nB: 2\r\nc: 3\r\nd: v\r\ne: 5\r\n\r\n")
    }

    @Test(arguments: [
        (503, "HTTP/1.1 503 Service Unavailable\r\n"), (299, "HTTP/1.1 299 \r\n"),
        (431, "HTTP/1.1 431 Request Header Fields Too Large\r\n"),
    ]) func `our own status line has the standard words`(_ status: Int, _ line: String) {
        #expect(written { HeadEncoder.appendStatusLine(status, to: &$0) } == line)
    }
}
