import Base
import Testing

@testable import Wire

@Suite struct FieldBlockEncoderTests {
    @Test func `a request's start line and host become pseudo-header fields (§8.3.1)`() throws {
        let lines = try request(
            """
            POST /v1/chat?x=1 HTTP/1.1
            Accept: */*
            Host: a:80
            X-Mixed_Case: Value
            content-length: 5
            te: trailers
            """
        )

        #expect(
            lines == [
                ":method: POST", ":scheme: http", ":authority: a:80", ":path: /v1/chat?x=1",
                "accept: */*", "x-mixed_case: Value", "content-length: 5", "te: trailers",
            ]
        )
    }

    @Test func `what concerns one connection is left out (§8.2.2)`() throws {
        let lines = try request(
            """
            GET / HTTP/1.1
            host: a
            Connection: te
            TE: gzip
            Keep-Alive: 5
            Proxy-Connection: close
            Transfer-Encoding: chunked
            HTTP2-Settings: x
            x: y
            """,
            isSecure: true
        )

        #expect(
            lines == [":method: GET", ":scheme: https", ":authority: a", ":path: /", "x: y"]
        )
    }

    @Test func `a WebSocket's GET becomes an extended CONNECT (RFC 8441 §5)`() throws {
        let lines = try request(
            """
            GET /w HTTP/1.1
            host: a
            connection: upgrade
            upgrade: websocket
            sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==
            sec-websocket-version: 13
            """
        )

        #expect(
            lines == [
                ":method: CONNECT", ":scheme: http", ":authority: a", ":path: /w",
                ":protocol: websocket", "sec-websocket-version: 13",
            ]
        )
    }

    @Test func `a response's status is all of its status line (§8.3.2)`() throws {
        for (status, expected) in [(200, 200), (404, 404), (103, 103), (299, 299), (101, 200)] {
            let text = "HTTP/1.1 \(status) Some words\r\nServer: m\r\nconnection: close\r\n\r\n"
            var encoder = FieldBlockEncoder()
            let lines = try decoded { encoder.appendResponse(latin1(text).span, to: &$0) }

            #expect(lines == [":status: \(expected)", "server: m"])
        }
    }

    @Test(arguments: ["", "\r\n"]) func `trailers have no pseudo-header fields`(
        _ end: String
    ) throws {
        let text = latin1("Grpc-Status: 0\r\nconnection: x\r\nx: \r\n" + end)
        var encoder = FieldBlockEncoder()
        let lines = try decoded { encoder.appendTrailers(text.span, to: &$0) }

        #expect(lines == ["grpc-status: 0", "x: "])
    }

    @Test func `what comes again takes one octet, what does not is not kept`() throws {
        let text = latin1(
            "GET / HTTP/1.1\r\nhost: a.example\r\nuser-agent: test\r\nx-api-version: 3\r\n"
                + "date: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n"
        )
        var encoder = FieldBlockEncoder()
        let first = encoded { encoder.appendRequest(text.span, isSecure: false, to: &$0) }
        let second = encoded { encoder.appendRequest(text.span, isSecure: false, to: &$0) }

        #expect(second.count < first.count - 20)
        // Method, scheme, host, path, agent and version by their index; then the date.
        #expect(second.prefix(6).allSatisfy { $0 >= 0x80 } && second[6] == 0x0f)
    }

    @Test(
        arguments: [
            "Authorization", "proxy-authorization", "Cookie", "set-cookie", "X-API-Key", "api-key",
            "x-outrider-identity",
        ]
    )
    func `a secret is never added to a table (RFC 7541 §7.1.3)`(_ name: String) throws {
        let text = latin1("\(name): secret\r\n")
        var encoder = FieldBlockEncoder()
        let blocks = (0..<2).map { _ in
            encoded { encoder.appendTrailers(text.span, to: &$0) }
        }

        #expect(blocks[0] == blocks[1])
        #expect(blocks[0][0] & 0xf0 == 0x10)
    }

    @Test(arguments: ["etag", "x-request-id", "traceparent", "if-none-match", "content-length"])
    func `of a value of one message only its name is kept`(_ name: String) throws {
        var encoder = FieldBlockEncoder()
        let blocks = ["a", "c", "e"].map { letter in
            let text = latin1("\(name): value-\(letter)\r\n")
            return encoded { encoder.appendTrailers(text.span, to: &$0) }
        }

        // The name's index, and the value with its length.
        #expect(blocks[1].count <= 10)
        #expect(blocks[1].count == blocks[2].count && blocks[2][0] & 0xf0 == 0)
    }

    private func request(_ text: String, isSecure: Bool = false) throws -> [String] {
        let head = text.split(separator: "\n").joined(separator: "\r\n") + "\r\n\r\n"
        var encoder = FieldBlockEncoder()
        return try decoded {
            encoder.appendRequest(latin1(head).span, isSecure: isSecure, to: &$0)
        }
    }

    private func encoded(_ write: (inout ByteBuffer) -> Void) -> [UInt8] {
        var output = ByteBuffer()
        write(&output)
        return output.withReadable { $0.array(0..<$0.count) }
    }

    private func decoded(_ write: (inout ByteBuffer) -> Void) throws -> [String] {
        var decoder = HPACKDecoder()
        return try HPACKFeed.decode(encoded(write), &decoder)
    }
}
