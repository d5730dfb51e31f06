import Base
import Reactor
import Testing

@testable import Proxy

@Suite struct OriginLinesTests {
    @Test func `an address and its host are told in four lines`() {
        var lines = OriginLines()

        #expect(
            lines.text(.ipv4(0x0a01_0203, port: 5), "model.example") == """
                x-forwarded-for: 10.1.2.3\r
                forwarded: for=10.1.2.3;host=model.example;proto=http\r
                x-forwarded-proto: http\r
                x-forwarded-host: model.example\r

                """
        )
    }

    @Test func `what was said before is said again`() {
        var lines = OriginLines()
        let peer = SocketAddress.ipv6(high: 0x2001_0db8 << 32, low: 7, port: 1, scope: 0)

        let first = lines.text(peer, "a:80")
        let second = lines.text(peer, "a:80")

        #expect(first.hasPrefix("x-forwarded-for: 2001:db8::7\r\n"))
        #expect(second == first)
    }

    @Test func `another host is not taken for the one before`() {
        var lines = OriginLines()
        let peer = SocketAddress.ipv4(1, port: 1)

        let texts = ["a", "ab", "", "b", "a"].map { lines.text(peer, $0) }

        #expect(texts[0].hasSuffix("x-forwarded-host: a\r\n"))
        #expect(texts[1].hasSuffix("x-forwarded-host: ab\r\n"))
        #expect(texts[2].hasSuffix("x-forwarded-proto: http\r\n"))
        #expect(texts[3].hasSuffix("x-forwarded-host: b\r\n"))
        #expect(texts[4] == texts[0])
    }

    @Test func `many addresses are not taken for one another`() {
        var lines = OriginLines()

        for round in 0..<3 {
            for number: UInt32 in 0..<100 {
                let text = lines.text(.ipv4(number, port: 1), "host\(round)")
                #expect(text.hasPrefix("x-forwarded-for: 0.0.0.\(number)\r\n"))
                #expect(text.hasSuffix("x-forwarded-host: host\(round)\r\n"))
            }
        }
    }

    @Test func `a unix socket is no address, not even the empty one`() {
        var lines = OriginLines()

        let unix = lines.text(.unix(path: ""), "a")
        let zero = lines.text(.ipv4(0, port: 1), "a")
        let again = lines.text(.unix(path: ""), "a")

        #expect(unix.hasPrefix("x-forwarded-for: unix\r\n"))
        #expect(zero.hasPrefix("x-forwarded-for: 0.0.0.0\r\n"))
        #expect(again == unix)
    }

    @Test func `who comes over TLS is told from who does not`() {
        var lines = OriginLines()
        let peer = SocketAddress.ipv4(1, port: 1)

        let schemes = [false, true, false].map { isSecure in
            lines.text(peer, "a.test", isSecure: isSecure).contains("proto: https\r\n")
        }

        #expect(schemes == [false, true, false])
    }

    @Test func `a very long host is told and not remembered`() {
        var lines = OriginLines()
        let long = String(repeating: "a", count: 300)
        let peer = SocketAddress.ipv4(1, port: 1)

        let first = lines.text(peer, long)
        let second = lines.text(peer, long)

        #expect(first.hasSuffix("x-forwarded-host: \(long)\r\n"))
        #expect(second == first)
    }
}

extension OriginLines {
    fileprivate mutating func text(
        _ peer: SocketAddress,
        _ authority: String,
        isSecure: Bool = false
    ) -> String {
        let head = Array("GET / HTTP/1.1\r\nhost: \(authority)".utf8)
        var output = ByteBuffer()
        append(
            peer: peer,
            isSecure: isSecure,
            authority: head.count - authority.utf8.count..<head.count,
            of: head.span,
            to: &output
        )
        return output.text()
    }
}
