import Glibc
import Reactor
import Testing

@Suite struct UnixSocketFileTests {
    @Test func `a file that a dead process left is replaced`() throws {
        let folder = try TemporaryFolder()
        try leaveStaleSocket(folder.file("s"))

        let listener = try Listener(.unix(path: folder.file("s")))
        let pair = try Pair(over: listener)
        try pair.client.sendAll([1])
        let bytes = try pair.server.receive(1)

        #expect(bytes == [1])
    }

    @Test func `a file behind which somebody listens is left alone`() throws {
        let folder = try TemporaryFolder()
        let living = try Listener(.unix(path: folder.file("s")))

        let error = failure { () throws(SystemError) in
            try Listener(.unix(path: folder.file("s")))
        }
        // Whoever asked whether somebody listens stands in the queue.
        _ = try acceptOne(living)
        let pair = try Pair(over: living)
        try pair.client.sendAll([1])
        let bytes = try pair.server.receive(1)

        #expect(error == SystemError(code: EADDRINUSE))
        #expect(bytes == [1])
    }

    @Test func `a file that is no socket is left alone`() throws {
        let folder = try TemporaryFolder()
        try folder.write("s", "precious")

        let error = failure { () throws(SystemError) in
            try Listener(.unix(path: folder.file("s")))
        }
        let text = try folder.read("s")

        #expect(error == SystemError(code: EADDRINUSE))
        #expect(text == "precious")
    }

    @Test func `the file of a successor outlives its predecessor`() throws {
        let folder = try TemporaryFolder()
        let isLeft = try replaceWhileListening(folder)

        #expect(isLeft)
    }

    /// Whether the second listener's file is still there when the first has closed.
    private func replaceWhileListening(_ folder: borrowing TemporaryFolder) throws -> Bool {
        var listener = try Listener(.unix(path: folder.file("s")))
        try folder.move("s", to: "old")
        let successor = try Listener(.unix(path: folder.file("s")))
        // Dropping the first looks for its file under the old name and finds another.
        listener = try Listener(.loopback(0))
        _ = listener.boundAddress
        return try withExtendedLifetime(successor.descriptor) { _ in
            _ = try connectAndWait(.unix(path: folder.file("s")))
            return folder.exists("s")
        }
    }

    /// Binds and closes without removing, as a killed process does.
    private func leaveStaleSocket(_ path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let code = withUnsafeBytes(of: &address) { memory in
            bind(descriptor, memory.assumingMemoryBound(to: sockaddr.self).baseAddress, size)
        }
        guard code == 0 else { throw SystemError.last }
    }
}
