import CLinux
import Glibc

/// Between our addresses and the kernel's.
extension SocketAddress {
    /// The kernel's number of the address family.
    var family: Int32 {
        switch self {
        case .ipv4: AF_INET
        case .ipv6: AF_INET6
        case .unix: AF_UNIX
        }
    }

    /// Lends the kernel's form to `body`, which returns an error code or zero.
    ///
    /// A unix path that does not fit is ENAMETOOLONG without asking.
    func withNative(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var storage = sockaddr_storage()
        return withUnsafeMutableBytes(of: &storage) { memory in
            let size: Int
            switch self {
            case .ipv4(let address, let port):
                var native = sockaddr_in()
                native.sin_family = sa_family_t(AF_INET)
                native.sin_port = port.bigEndian
                native.sin_addr.s_addr = address.bigEndian
                memory.storeBytes(of: native, as: sockaddr_in.self)
                size = MemoryLayout<sockaddr_in>.size
            case .ipv6(let high, let low, let port, let scope):
                var native = sockaddr_in6()
                native.sin6_family = sa_family_t(AF_INET6)
                native.sin6_port = port.bigEndian
                native.sin6_scope_id = scope
                withUnsafeMutableBytes(of: &native.sin6_addr) {
                    $0.storeBytes(of: (high.bigEndian, low.bigEndian), as: (UInt64, UInt64).self)
                }
                memory.storeBytes(of: native, as: sockaddr_in6.self)
                size = MemoryLayout<sockaddr_in6>.size
            case .unix(let path):
                let bytes = Array(path.utf8)
                guard !bytes.isEmpty, bytes.count <= Self.longestPath else { return ENAMETOOLONG }
                memory.storeBytes(of: sa_family_t(AF_UNIX), as: sa_family_t.self)
                memory[2...].copyBytes(from: bytes)
                size = 2 + bytes.count + 1
            }
            guard let start = memory.baseAddress else { return EINVAL }
            return body(start.assumingMemoryBound(to: sockaddr.self), socklen_t(size))
        }
    }

    /// The address that `call` fills in, as getsockname and accept4 do; `nil` when it fails.
    static func reading(
        _ call: (UnsafeMutablePointer<sockaddr>, inout socklen_t) -> Int32
    ) -> SocketAddress? {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutableBytes(of: &storage) { memory in
            guard let start = memory.baseAddress else { return nil }
            let native = start.assumingMemoryBound(to: sockaddr.self)
            guard call(native, &size) >= 0 else { return nil }
            return SocketAddress(native: UnsafeRawBufferPointer(rebasing: memory[..<Int(size)]))
        }
    }

    /// Reads what the kernel or the C library wrote; `nil` for families we do not speak.
    init?(native memory: UnsafeRawBufferPointer) {
        guard memory.count >= MemoryLayout<sa_family_t>.size else { return nil }
        switch Int32(memory.loadUnaligned(as: sa_family_t.self)) {
        case AF_INET where memory.count >= MemoryLayout<sockaddr_in>.size:
            let native = memory.loadUnaligned(as: sockaddr_in.self)
            self = .ipv4(
                UInt32(bigEndian: native.sin_addr.s_addr),
                port: UInt16(bigEndian: native.sin_port)
            )
        case AF_INET6 where memory.count >= MemoryLayout<sockaddr_in6>.size:
            let native = memory.loadUnaligned(as: sockaddr_in6.self)
            let address = Self.number(native.sin6_addr)
            let port = UInt16(bigEndian: native.sin6_port)
            if address >> 32 == Self.mappedPrefix >> 32 {
                self = .ipv4(UInt32(truncatingIfNeeded: address), port: port)
            } else {
                self = Self.ipv6(address, port: port, scope: native.sin6_scope_id)
            }
        case AF_UNIX:
            self = .unix(path: String(decoding: memory[2...].prefix { $0 != 0 }, as: UTF8.self))
        default:
            return nil
        }
    }
}
