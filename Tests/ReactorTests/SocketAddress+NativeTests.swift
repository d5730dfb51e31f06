import Glibc
import Testing

@testable import Reactor

@Suite struct SocketAddressNativeTests {
    @Test(arguments: [
        SocketAddress.ipv4(0x0102_0304, port: 8080),
        .ipv6(0x2001_0db8 << 96 | 0xff, port: 443, scope: 3),
        .unix(path: "/run/model.sock"),
        .unix(path: String(repeating: "x", count: SocketAddress.longestPath)),
    ])
    func `an address survives the kernel's form`(_ address: SocketAddress) {
        var copy: SocketAddress?

        let code = address.withNative { native, size in
            copy = SocketAddress(native: UnsafeRawBufferPointer(start: native, count: Int(size)))
            return 0
        }

        #expect(code == 0)
        #expect(copy == address)
    }

    @Test func `IPv4 inside IPv6 is read as IPv4`() {
        var copy: SocketAddress?

        _ = SocketAddress.ipv6(0xffff_0a00_0001, port: 5).withNative { native, size in
            copy = SocketAddress(native: UnsafeRawBufferPointer(start: native, count: Int(size)))
            return 0
        }

        #expect(copy == .ipv4(0x0a00_0001, port: 5))
    }

    @Test func `cut and foreign structures are no addresses`() {
        let packet: [UInt8] = [17, 0, 0, 0]
        let cut = [UInt8(AF_INET), 0, 0]

        #expect(packet.withUnsafeBytes { SocketAddress(native: $0) } == nil)
        #expect(cut.withUnsafeBytes { SocketAddress(native: $0) } == nil)
        #expect([UInt8]().withUnsafeBytes { SocketAddress(native: $0) } == nil)
    }
}
