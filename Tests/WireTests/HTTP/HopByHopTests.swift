import Base
import Testing

@testable import Wire

@Suite struct HopByHopTests {
    private func kept(_ lines: String) throws -> String {
        let text = "GET / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\r\n"
        var parsed = try #require(try RequestFeed.whole(text))
        HopByHop.strip(&parsed.head.fields)
        return written { HeadEncoder.appendKept(parsed.head.fields, to: &$0) }
    }

    @Test(arguments: [
        ("Connection: close", ""),
        ("Keep-Alive: 5\r\nX: y\r\nTE: trailers", "X: y\r\n"),
        ("X-A: 1\r\nConnection: x-a, X-B\r\nx-b: 2\r\nX-C: 3", "X-C: 3\r\n"),
        ("Connection: upgrade\r\nUpgrade: websocket", ""),
        ("Upgrade: h2c\r\nHTTP2-Settings: AA\r\nProxy-Connection: x", ""),
        ("Proxy-Authorization: x\r\nAuthorization: y", "Authorization: y\r\n"),
        ("Connection: host\r\nX: y", "X: y\r\n"),
        ("Connection: content-length\r\nContent-Length: 3", "Content-Length: 3\r\n"),
        ("Connection: authorization\r\nAuthorization: y", "Authorization: y\r\n"),
        ("Transfer-Encoding: chunked\r\nTrailer: X", "Trailer: X\r\n"),
    ]) func `what concerns one connection is not forwarded`(
        _ lines: String,
        _ expected: String
    ) throws {
        #expect(try kept(lines) == "Host: a\r\n" + expected)
    }

    @Test(arguments: [
        ("TE: trailers", true), ("TE: gzip, Trailers", true), ("TE: gzip", false), ("X: y", false),
    ]) func `of TE only trailers is told, even after the strip`(
        _ line: String,
        _ hasTrailers: Bool
    ) throws {
        let text = "GET / HTTP/1.1\r\nHost: a\r\n\(line)\r\n\r\n"
        var parsed = try #require(try RequestFeed.whole(text))
        HopByHop.strip(&parsed.head.fields)

        #expect(parsed.head.fields.teHasTrailers == hasTrailers)
    }
}
