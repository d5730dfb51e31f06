import Base
import Glibc
import Reactor
import Testing

@Suite struct ListenerTests {
    @Test func `a connection over loopback carries bytes both ways`() throws {
        let pair = try Pair()

        try pair.client.sendAll(Array("ping".utf8))
        let asked = try pair.server.receive(4)
        try pair.server.sendAll(Array("pong".utf8))
        let answered = try pair.client.receive(4)
        let isLoopback = pair.peer.isLoopback

        #expect(asked == Array("ping".utf8))
        #expect(answered == Array("pong".utf8))
        #expect(isLoopback)
    }

    @Test func `a unix socket carries bytes, and its file goes with it`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("s")
        let bytes = try exchange(over: .unix(path: path))
        let isLeft = folder.exists("s")

        #expect(bytes == [1])
        #expect(!isLeft)
    }

    @Test func `nobody there would block`() throws {
        let listener = try Listener(.loopback(0))

        let isWaiting = if case .wouldBlock = listener.accept() { true } else { false }

        #expect(isWaiting)
    }

    @Test func `any address takes IPv4, and names its peer so`() throws {
        let listener = try Listener(.any(port: 0))
        let port = listener.boundAddress?.port ?? 0

        let client = try connectAndWait(.loopback(port))
        let accepted = try acceptOne(listener)
        let peer = accepted.peer
        let address = client.localAddress()

        #expect(peer == address)
        #expect(peer.isLoopback)
    }

    @Test(.enabled(if: hasIPv6)) func `any address takes IPv6 on the same port`() throws {
        let listener = try Listener(.any(port: 0))
        let port = listener.boundAddress?.port ?? 0

        _ = try connectAndWait(.ipv6(1, port: port))
        let peer = try acceptOne(listener).peer

        #expect(peer.ipv6Mapped == 1)
    }

    @Test func `a port is shared only by those who wish it`() throws {
        let first = try Listener(.loopback(0), sharesPort: true)
        let port = first.boundAddress?.port ?? 0

        let second = try Listener(.loopback(port), sharesPort: true)
        let error = failure { () throws(SystemError) in try Listener(.loopback(port)) }
        let shared = second.boundAddress

        #expect(shared == .loopback(port))
        #expect(error == SystemError(code: EADDRINUSE))
    }

    @Test func `a duplicate takes from the same queue`() throws {
        let folder = try TemporaryFolder()
        let listener = try Listener(.unix(path: folder.file("s")))
        let duplicate = try listener.duplicate()

        let pair = try Pair(over: duplicate)
        try pair.client.sendAll([1])
        let bytes = try pair.server.receive(1)

        #expect(bytes == [1])
    }

    @Test func `accepted connections send small pieces at once`() throws {
        let pair = try Pair()
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)

        let option = Int32(TCP_NODELAY)
        getsockopt(pair.server.descriptor, Int32(IPPROTO_TCP), option, &value, &size)

        #expect(value == 1)
    }

    @Test func `without descriptors the spare one refuses politely`() async {
        // In a process of its own: descriptors are everybody's.
        await #expect(processExitsWith: .success) {
            try refuseWithoutDescriptors()
        }
    }

    @Test func `with the spare gone it says so until there is room again`() async {
        await #expect(processExitsWith: .success) {
            try refuseWithoutSpare()
        }
    }

    private func exchange(over address: SocketAddress) throws -> [UInt8] {
        let listener = try Listener(address)
        let pair = try Pair(over: listener)
        try pair.client.sendAll([1])
        return try pair.server.receive(1)
    }
}

private let no = Array("no".utf8)

/// Whether this machine has the IPv6 loopback address.
private let hasIPv6 =
    failure { () throws(SystemError) in try Listener(.ipv6(1, port: 0)) } == nil

private func refuseWithoutDescriptors() throws {
    var listener = try Listener(.loopback(0))
    var poller = try Poller()
    let client = try connectAndWait(.loopback(listener.boundAddress?.port ?? 0))
    try poller.add(client.descriptor, data: 1)
    try client.sendAll(Array("GET / HTTP/1.1\r\n".utf8))
    try waitUntilReadable(listener.descriptor)
    var limit = rlimit(rlim_cur: 64, rlim_max: 64)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    while dup(0) >= 0 {}

    guard case .outOfDescriptors = listener.accept() else { throw Unexpected("accepted") }
    guard listener.refuseOne(answer: no) == .refused else { throw Unexpected("not refused") }
    try waitForEvent(&poller) { $0.isEnded }
    let answer = try client.receive(3)
    guard answer == Array("no".utf8) else { throw Unexpected("answered \(answer)") }
    guard listener.refuseOne(answer: no) == .nobody else { throw Unexpected("refused") }
}

private func refuseWithoutSpare() throws {
    var listener = try Listener(.loopback(0))
    let client = try connectAndWait(.loopback(listener.boundAddress?.port ?? 0))
    try waitUntilReadable(listener.descriptor)
    let highest = client.descriptor
    setDescriptorLimit(3)

    guard listener.refuseOne(answer: no) == .outOfDescriptors else { throw Unexpected("took") }
    guard listener.refuseOne(answer: no) == .outOfDescriptors else { throw Unexpected("took") }
    setDescriptorLimit(rlim_t(highest) + 2)
    while dup(0) >= 0 {}
    guard listener.refuseOne(answer: no) == .outOfDescriptors else { throw Unexpected("spare") }
    close(highest + 1)
    guard listener.refuseOne(answer: no) == .refused else { throw Unexpected("not refused") }
}

private func setDescriptorLimit(_ count: rlim_t) {
    var limit = rlimit(rlim_cur: count, rlim_max: 1_024)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}
