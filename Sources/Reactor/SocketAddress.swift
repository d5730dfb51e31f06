package import Base
import CLinux
import Glibc

/// One end of a connection.
///
/// IPv4 inside IPv6 (RFC 4291 §2.5.5.2), as a dual-stack listener reports it, becomes plain IPv4
/// when it is read: a peer has one name however it came.
package enum SocketAddress: Hashable, Sendable {
    /// The address as a number, its first octet highest.
    case ipv4(UInt32, port: UInt16)
    /// The address as a number in two halves; `scope` names the link of a link-local one.
    ///
    /// Not one `UInt128`: its alignment of 16 bytes would be that of every value which holds an
    /// address, and Swift 6.3.1 does not align such a value's copy on the stack when its owner is
    /// taken apart, which is a crash.
    case ipv6(high: UInt64, low: UInt64, port: UInt16, scope: UInt32)
    /// A path, empty for the unnamed end of a connection.
    case unix(path: String)

    /// The longest path that fits the kernel's structure together with its final zero byte.
    package static let longestPath = 107

    /// Every interface, IPv6 and IPv4 together.
    package static func any(port: UInt16) -> SocketAddress {
        ipv6(0, port: port)
    }

    /// The IPv6 address that is `number`, its first octet highest.
    package static func ipv6(
        _ number: UInt128,
        port: UInt16,
        scope: UInt32 = 0
    ) -> SocketAddress {
        .ipv6(
            high: UInt64(truncatingIfNeeded: number >> 64),
            low: UInt64(truncatingIfNeeded: number),
            port: port,
            scope: scope
        )
    }

    /// A numeric address; `nil` when `host` is a name or malformed.
    package init?(numericHost host: String, port: UInt16) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, host, &four) == 1 {
            self = .ipv4(UInt32(bigEndian: four.s_addr), port: port)
        } else if inet_pton(AF_INET6, host, &six) == 1 {
            self = Self.ipv6(Self.number(six), port: port)
        } else {
            return nil
        }
    }

    /// The port, zero for a unix socket.
    package var port: UInt16 {
        switch self {
        case .ipv4(_, let port): port
        case .ipv6(_, _, let port, _): port
        case .unix: 0
        }
    }

    /// Whether this is a unix socket.
    package var isUnix: Bool {
        if case .unix = self { true } else { false }
    }

    /// Whether only this machine can be there: 127.0.0.0/8 or ::1.
    package var isLoopback: Bool {
        switch self {
        case .ipv4(let address, _): address >> 24 == 127
        case .ipv6(let high, let low, _, _): high == 0 && low == 1
        case .unix: false
        }
    }

    /// The address as IPv6, IPv4 in its mapped form, to compare with networks; `nil` for unix.
    package var ipv6Mapped: UInt128? {
        switch self {
        case .ipv4(let address, _): Self.mappedPrefix | UInt128(address)
        case .ipv6(let high, let low, _, _): UInt128(high) << 64 | UInt128(low)
        case .unix: nil
        }
    }

    /// Appends the address without the port; of a unix socket the word `unix`.
    package func append(textTo buffer: inout ByteBuffer) {
        switch self {
        case .ipv4(let address, _): Self.append(ipv4: address, to: &buffer)
        case .ipv6(let high, let low, _, _): Self.append(ipv6: high, low, to: &buffer)
        case .unix: buffer.append("unix" as StaticString)
        }
    }

    static let mappedPrefix: UInt128 = 0xffff << 32

    static func number(_ address: in6_addr) -> UInt128 {
        withUnsafeBytes(of: address) { UInt128(bigEndian: $0.loadUnaligned(as: UInt128.self)) }
    }

    private static func append(ipv4 address: UInt32, to buffer: inout ByteBuffer) {
        buffer.append(decimal: UInt64(address >> 24))
        for shift: UInt32 in [16, 8, 0] {
            buffer.append(UInt8(ascii: "."))
            buffer.append(decimal: UInt64(address >> shift & 255))
        }
    }

    /// The C library knows where the zeros go (RFC 5952).
    private static func append(
        ipv6 high: UInt64,
        _ low: UInt64,
        to buffer: inout ByteBuffer
    ) {
        var bytes = (high.bigEndian, low.bigEndian)
        _ = buffer.withFreeSpace(Int(INET6_ADDRSTRLEN)) { memory in
            let text = memory.assumingMemoryBound(to: CChar.self).baseAddress
            guard inet_ntop(AF_INET6, &bytes, text, socklen_t(memory.count)) != nil, let text else {
                return 0
            }
            return strlen(text)
        }
    }
}

extension SocketAddress: CustomStringConvertible {
    /// As configuration writes it: `HOST:PORT`, `[IPv6]:PORT` or `unix:/path`.
    package var description: String {
        var buffer = ByteBuffer()
        append(textTo: &buffer)
        return switch self {
        case .ipv4(_, let port): "\(buffer.text()):\(port)"
        case .ipv6(_, _, let port, _): "[\(buffer.text())]:\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
