private import Glibc
import Reactor

/// A TCP port of 127.0.0.1 that this process holds.
struct LoopbackPort: ~Copyable {
    let number: UInt16
    /// Outlives the port when it is let go for a sidecar.
    let claim: PortClaim
    private let descriptor: Int32

    /// Holds `number`, or any free port when that is 0; `nil` when it is taken or claimed.
    init?(_ number: UInt16) {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_INET, kind, 0)
        guard descriptor >= 0 else { return nil }
        var yes: Int32 = 1
        let width = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, width)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = number.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                // Listening is what tells that nobody else does: two may bind one port.
                guard bind(descriptor, $0, size) == 0, listen(descriptor, 64) == 0 else {
                    return Int32(-1)
                }
                return getsockname(descriptor, $0, &size)
            }
        }
        let bound = UInt16(bigEndian: address.sin_port)
        guard code == 0, let claim = PortClaim(bound) else {
            close(descriptor)
            return nil
        }
        self.number = bound
        self.claim = claim
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// How many free ports are looked at; one may be claimed, hardly several.
    private static let attempts = 16

    /// Holds `number` if it is free, else any other port.
    static func hold(preferring number: UInt16) throws(SystemError) -> LoopbackPort {
        if let preferred = LoopbackPort(number) { return preferred }
        for _ in 0..<attempts {
            if let other = LoopbackPort(0) { return other }
        }
        throw SystemError(code: EADDRINUSE)
    }

    /// Waits for the next client; `nil` when there was none after all.
    func accept() -> SampleSocket? {
        let client = Glibc.accept(descriptor, nil, nil)
        if client >= 0 {
            _ = fcntl(client, F_SETFD, FD_CLOEXEC)
            return SampleSocket(client)
        }
        // Out of descriptors or memory: wait a little, the clients that are served will leave.
        if errno != EINTR && errno != ECONNABORTED { usleep(10_000) }
        return nil
    }
}
