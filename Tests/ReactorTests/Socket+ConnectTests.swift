import Glibc
import Reactor
import Testing

@Suite struct SocketConnectTests {
    @Test func `connecting goes on by itself until the socket is writable`() throws {
        let listener = try Listener(.loopback(0))
        let port = listener.boundAddress?.port ?? 0

        let socket = try connectAndWait(.loopback(port))
        let accepted = try acceptOne(listener)
        try socket.sendAll([1])
        let bytes = try accepted.socket.receive(1)

        #expect(bytes == [1])
    }

    @Test func `a port on which nobody listens refuses`() throws {
        let port = try BoundPort()

        let error = refusal(of: .loopback(port.number))

        #expect(error?.isConnectionRefused == true)
    }

    @Test func `a unix socket whose file is missing refuses at once`() throws {
        let folder = try TemporaryFolder()

        let error = refusal(of: .unix(path: folder.file("none")))

        #expect(error?.isConnectionRefused == true)
    }

    @Test func `a path too long for the kernel is an error`() {
        let path = "/" + String(repeating: "x", count: SocketAddress.longestPath)

        let error = refusal(of: .unix(path: path))

        #expect(error == SystemError(code: ENAMETOOLONG))
    }

    private func refusal(of address: SocketAddress) -> SystemError? {
        do {
            _ = try connectAndWait(address)
            return nil
        } catch {
            return error as? SystemError
        }
    }
}

/// A port that is taken, and on which nobody listens.
private struct BoundPort: ~Copyable {
    private let descriptor: Int32
    let number: UInt16

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutableBytes(of: &address) { memory in
            let native = memory.assumingMemoryBound(to: sockaddr.self).baseAddress
            return bind(descriptor, native, size) == 0
                && getsockname(descriptor, native, &size) == 0
        }
        self.descriptor = descriptor
        number = UInt16(bigEndian: address.sin_port)
        guard isBound else { throw SystemError.last }
    }

    deinit {
        close(descriptor)
    }
}
