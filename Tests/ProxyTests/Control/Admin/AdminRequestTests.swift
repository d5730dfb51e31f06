import Base
import Reactor
import Testing
import Wire

@testable import Proxy

@Suite struct AdminRequestTests {
    private func request(_ fields: String, from peer: SocketAddress) throws -> AdminRequest {
        let text = Array("POST /drain HTTP/1.1\r\nHost: a\r\n\(fields)\r\n".utf8)
        var head = RequestHead()
        var scanned = 0
        _ = try RequestHeadParser().parse(text.span, scanned: &scanned, into: &head)
        return AdminRequest(head, from: peer)
    }

    private let far = SocketAddress.ipv4(0x0a00_0001, port: 1)

    @Test(arguments: [
        SocketAddress.ipv4(0x7f00_0001, port: 1), .unix(path: ""),
        .ipv6(1 as UInt128, port: 1),
    ])
    func `this machine may command`(_ peer: SocketAddress) throws {
        #expect(try request("", from: peer).mayCommand(token: nil))
    }

    @Test(arguments: [
        ("", "secret", false), ("Authorization: Bearer secret\r\n", nil, false),
        ("Authorization: Bearer secret\r\n", "secret", true),
        ("Authorization: bearer   secret \r\n", "secret", true),
        ("Authorization: Bearer secre\r\n", "secret", false),
        ("Authorization: Bearer secret2\r\n", "secret", false),
        ("Authorization: Basic secret\r\n", "secret", false),
        ("Authorization: Bearer\r\n", "", false),
    ])
    func `others need the token`(_ fields: String, _ token: String?, _ may: Bool) throws {
        #expect(try request(fields, from: far).mayCommand(token: token) == may)
    }

    @Test func `OpenMetrics is written for who accepts it`() throws {
        let fields = "Accept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5\r\n"

        #expect(try request(fields, from: far).wantsOpenMetrics)
        #expect(try !request("Accept: text/plain\r\n", from: far).wantsOpenMetrics)
    }
}
