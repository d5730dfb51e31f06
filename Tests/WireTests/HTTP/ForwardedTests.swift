import Base
import Testing

@testable import Wire

@Suite struct ForwardedTests {
    private func fields(_ lines: String) throws -> Fields {
        let text = "GET / HTTP/1.1\r\nHost: a:80\r\n\(lines)\r\n"
        return try #require(try RequestFeed.whole(text)).head.fields
    }

    @Test(arguments: [
        ("", "10.0.0.1", "10.0.0.1"),
        ("X-Forwarded-For: 1.1.1.1\r\n", "::1", "1.1.1.1, ::1"),
        (
            "X-Forwarded-For: 1.1.1.1, 2.2.2.2\r\nX-Forwarded-For: 3.3.3.3\r\n", "4.4.4.4",
            "1.1.1.1, 2.2.2.2, 3.3.3.3, 4.4.4.4"
        ),
    ]) func `the peer joins what came before`(
        _ lines: String,
        _ peer: String,
        _ expected: String
    ) throws {
        let earlier = try fields(lines)
        let peer = latin1(peer)
        let value = written {
            Forwarded.appendXForwardedFor(earlier: earlier, peer: peer.span, to: &$0)
        }

        #expect(value == expected)
    }

    @Test(arguments: [
        ("10.0.0.1", "a.b", "for=10.0.0.1;host=a.b;proto=http"),
        ("::1", "a:80", "for=\"[::1]\";host=\"a:80\";proto=http"),
        ("", "", "for=unknown;proto=http"),
    ]) func `an element is quoted where it must be (RFC 7239 §4, §6)`(
        _ peer: String,
        _ host: String,
        _ expected: String
    ) {
        let peer = latin1(peer)
        let host = latin1(host)
        let value = written {
            Forwarded.appendForwarded(
                earlier: nil,
                peer: peer.span,
                host: 0..<host.count,
                of: host.span,
                proto: "http",
                to: &$0
            )
        }

        #expect(value == expected)
    }
}
