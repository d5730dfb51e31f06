import Base
import Reactor
import Testing

@Suite struct SocketAddressTests {
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1:80"),
        ("255.0.10.100", "255.0.10.100:80"),
        ("::1", "[::1]:80"),
        ("2001:DB8:0:0:0:0:0:1", "[2001:db8::1]:80"),
        ("::", "[::]:80"),
    ])
    func `a numeric address is read and written (RFC 5952)`(_ host: String, _ text: String) {
        #expect(SocketAddress(numericHost: host, port: 80)?.description == text)
    }

    @Test(arguments: [
        "", "localhost", "1.2.3", "1.2.3.4.5", "256.1.1.1", "[::1]", ":::", "1.2.3.4 ",
    ])
    func `a name or a malformed address is not numeric`(_ host: String) {
        #expect(SocketAddress(numericHost: host, port: 80) == nil)
    }

    @Test func `a peer's text has no port`() {
        var buffer = ByteBuffer()
        SocketAddress.ipv4(0x0a00_0105, port: 99).append(textTo: &buffer)
        buffer.append(" " as StaticString)
        SocketAddress.ipv6(1, port: 99).append(textTo: &buffer)
        buffer.append(" " as StaticString)
        SocketAddress.unix(path: "").append(textTo: &buffer)

        let text = buffer.text()

        #expect(text == "10.0.1.5 ::1 unix")
    }

    @Test func `IPv4 compares with networks in its mapped form (RFC 4291)`() {
        #expect(SocketAddress.ipv4(0x7f00_0001, port: 1).ipv6Mapped == 0xffff_7f00_0001)
        #expect(SocketAddress.ipv6(5, port: 1).ipv6Mapped == 5)
        #expect(SocketAddress.unix(path: "/x").ipv6Mapped == nil)
    }

    @Test func `only 127.0.0.0/8 and ::1 are loopback`() {
        #expect(SocketAddress.ipv4(0x7f10_0203, port: 1).isLoopback)
        #expect(SocketAddress.ipv6(1, port: 1).isLoopback)
        #expect(!SocketAddress.ipv4(0x8000_0001, port: 1).isLoopback)
        #expect(!SocketAddress.ipv6(0, port: 1).isLoopback)
        #expect(!SocketAddress.unix(path: "/x").isLoopback)
    }
}
