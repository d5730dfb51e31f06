private import Glibc

/// One demonstration's claim to a port, which every other demonstration heeds.
///
/// A sidecar's port is free for a moment between being found and being bound by the sidecar;
/// two demonstrations started together would find the same one. The claim is a name in the
/// abstract socket namespace: the kernel gives it out once, and takes it back at our end.
final class PortClaim: Sendable {
    private let descriptor: Int32

    /// Claims `number`; `nil` when another demonstration has it.
    init?(_ number: UInt16) {
        let kind = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { return nil }
        // The leading zero byte makes it abstract (unix(7)); the length ends it.
        let name = [0] + Array("outrider-demo:\(number)".utf8)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let size = MemoryLayout<sa_family_t>.size + name.count
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(size))
            }
        }
        guard code == 0 else {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }
}
