import Base
import Testing

@testable import Wire

@Suite struct RequestHeadTests {
    private func head(_ line: String, _ lines: String = "") throws -> RequestHead {
        let text = "\(line)\r\nHost: a\r\n\(lines)\(lines.isEmpty ? "" : "\r\n")\r\n"
        return try #require(try RequestFeed.whole(text)).head
    }

    @Test(arguments: [
        ("1.1", "", true), ("1.1", "Connection: close", false), ("1.0", "", false),
        ("1.0", "Connection: keep-alive", true), ("1.1", "Connection: x, CLOSE", false),
        ("1.0", "Connection: keep-alive, close", false), ("1.9", "", true),
        ("1.1", "Connection: x\r\nConnection: close", false),
    ]) func `persistence follows version and Connection (RFC 9112 §9.3)`(
        _ version: String,
        _ lines: String,
        _ isKeptAlive: Bool
    ) throws {
        #expect(try head("GET / HTTP/\(version)", lines).isKeptAlive == isKeptAlive)
    }

    @Test(arguments: [
        ("POST / HTTP/1.1", "Content-Length: 1\r\nExpect: 100-Continue", true),
        ("POST / HTTP/1.0", "Content-Length: 1\r\nExpect: 100-continue", false),
        ("POST / HTTP/1.0", "Content-Length: 1\r\nExpect: nonsense", false),
        ("GET / HTTP/1.1", "Expect: 100-continue", false),
    ]) func `a 100 is expected only for a body in 1.1 (RFC 9110 §10.1.1)`(
        _ line: String,
        _ lines: String,
        _ expects: Bool
    ) throws {
        let head = try head(line, lines)

        #expect(head.expectsContinue == expects)
        #expect(head.fields.contains(.expect) == line.hasSuffix("1.1"))
    }

    @Test(arguments: [
        ("GET / HTTP/1.1", "Connection: Upgrade\r\nUpgrade: WebSocket", true),
        ("GET / HTTP/1.1", "Connection: keep-alive, upgrade\r\nUpgrade: h2c, websocket", true),
        ("GET / HTTP/1.1", "Connection: Upgrade\r\nUpgrade: h2c", false),
        ("GET / HTTP/1.1", "Upgrade: websocket", false),
        ("POST / HTTP/1.1", "Connection: Upgrade\r\nUpgrade: websocket", false),
        ("GET / HTTP/1.0", "Connection: Upgrade\r\nUpgrade: websocket", false),
        (
            "GET / HTTP/1.1", "Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 1",
            false
        ),
    ]) func `only a WebSocket handshake is an upgrade (RFC 6455 §4.1)`(
        _ line: String,
        _ lines: String,
        _ isWebSocket: Bool
    ) throws {
        let expected: RequestHead.Upgrade = isWebSocket ? .webSocket : .none
        #expect(try head(line, lines).upgrade == expected)
    }

    @Test(arguments: [
        ("GET http://b HTTP/1.1", "GET / HTTP/1.1\r\n"),
        ("GET http://b?x=1 HTTP/1.1", "GET /?x=1 HTTP/1.1\r\n"),
        ("OPTIONS http://b HTTP/1.1", "OPTIONS * HTTP/1.1\r\n"),
        ("OPTIONS https://b/x HTTP/1.1", "OPTIONS /x HTTP/1.1\r\n"),
        ("OPTIONS * HTTP/1.1", "OPTIONS * HTTP/1.1\r\n"),
        ("PURGE /a?b HTTP/1.0", "PURGE /a?b HTTP/1.1\r\n"),
    ]) func `the request line is forwarded in origin form`(
        _ line: String,
        _ expected: String
    ) throws {
        let head = try head(line)
        #expect(written { HeadEncoder.appendRequestLine(head, to: &$0) } == expected)
    }
}
