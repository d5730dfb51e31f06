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
        ("GET /a?b HTTP/1.1", "GET /a?b HTTP/1.1"), ("GET /a HTTP/1.0", "GET /a HTTP/1.1"),
        ("GET /a HTTP/1.2", "GET /a HTTP/1.1"), ("GET http://b/c HTTP/1.1", "GET /c HTTP/1.1"),
        ("GET http://b HTTP/1.1", "GET / HTTP/1.1"), ("OPTIONS * HTTP/1.1", "OPTIONS * HTTP/1.1"),
        ("PURGE /a HTTP/1.1", "PURGE /a HTTP/1.1"),
    ]) func `a request goes on in HTTP/1.1 and in the origin's form`(
        _ line: String,
        _ forwarded: String
    ) throws {
        var head = try #require(
            try RequestFeed.whole("\(line)\r\nHost: a\r\nVia: v\r\nA: b\r\n\r\n")
        ).head

        let whole = written { HeadEncoder.appendHead(head, to: &$0) }
        head.fields.drop(.via)
        let cut = written { HeadEncoder.appendHead(head, to: &$0) }
        head.fields.drop([.host, .other])
        let alone = written { HeadEncoder.appendHead(head, to: &$0) }

        #expect(whole == "\(forwarded)\r\nHost: a\r\nVia: v\r\nA: b\r\n")
        #expect(cut == "\(forwarded)\r\nHost: a\r\nA: b\r\n")
        #expect(alone == "\(forwarded)\r\n")
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK", "HTTP/1.1 200 OK"), ("HTTP/1.0 200 OK", "HTTP/1.1 200 OK"),
        ("HTTP/1.1 299", "HTTP/1.1 299 "), ("HTTP/1.1 299 ", "HTTP/1.1 299 "),
        ("HTTP/1.9 404 a b", "HTTP/1.1 404 a b"),
    ]) func `a response goes on in HTTP/1.1 with its own words`(
        _ line: String,
        _ forwarded: String
    ) throws {
        var head = try #require(try ResponseFeed.whole("\(line)\r\nVia: v\r\nA: b\r\n\r\n")).head

        let whole = written { HeadEncoder.appendHead(head, to: &$0) }
        head.fields.drop(.via)
        let cut = written { HeadEncoder.appendHead(head, to: &$0) }

        #expect(whole == "\(forwarded)\r\nVia: v\r\nA: b\r\n")
        #expect(cut == "\(forwarded)\r\nA: b\r\n")
    }

    @Test func `a head without fields is its start line`() throws {
        let head = try #require(try ResponseFeed.whole("HTTP/1.1 200 OK\r\n\r\n")).head

        #expect(written { HeadEncoder.appendHead(head, to: &$0) } == "HTTP/1.1 200 OK\r\n")
    }

    @Test(arguments: [
        (503, "HTTP/1.1 503 Service Unavailable\r\n"), (299, "HTTP/1.1 299 \r\n"),
        (431, "HTTP/1.1 431 Request Header Fields Too Large\r\n"),
    ]) func `our own status line has the standard words`(_ status: Int, _ line: String) {
        #expect(written { HeadEncoder.appendStatusLine(status, to: &$0) } == line)
    }
}
