import Base
import Glibc
import Reactor
import Testing

@Suite struct PipeTests {
    @Test func `bytes pass from socket to socket`() throws {
        let source = try Pair()
        let target = try Pair()
        var pipe = try makePipe()
        let sent = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 / 3) }
        try source.client.sendAll(sent)

        var moved = 0
        while moved < sent.count {
            try waitUntilReadable(source.server.descriptor)
            guard case .transferred(let count) = pipe.fill(from: source.server, atMost: 1 << 20)
            else { throw Unexpected("nothing came") }
            let drained = pipe.drain(into: target.client)
            #expect(drained == .transferred(count))
            moved += count
        }
        let received = try target.server.receive(sent.count)

        #expect(received == sent)
    }

    @Test func `no more is taken than was asked for`() throws {
        let source = try Pair()
        var pipe = try makePipe()
        try source.client.sendAll(Array("body next".utf8))
        try waitUntilReadable(source.server.descriptor)

        let filled = pipe.fill(from: source.server, atMost: 4)
        let count = pipe.count
        let rest = try source.server.receive(5)

        #expect(filled == .transferred(4))
        #expect(count == 4)
        #expect(rest == Array(" next".utf8))
    }

    @Test func `a source without bytes would block, then ends`() throws {
        let source = try Pair()
        var pipe = try makePipe()

        let before = pipe.fill(from: source.server, atMost: 100)
        source.client.shutdownWrite()
        try waitUntilReadable(source.server.descriptor)
        let after = pipe.fill(from: source.server, atMost: 100)

        #expect(before == .wouldBlock)
        #expect(after == .ended)
    }

    @Test func `what the peer does not take waits, in order`() throws {
        let source = try Pair()
        let target = try Pair()
        var pipe = try makePipe()
        var sent: [UInt8] = []
        let piece = (0..<65_536).map { UInt8(truncatingIfNeeded: $0 / 5) }
        while pipe.count == 0 {
            try source.client.sendAll(piece)
            sent += piece
            while case .transferred = pipe.fill(from: source.server, atMost: 65_536) {
                _ = pipe.drain(into: target.client)
                if pipe.count > 0 { break }
            }
        }
        let blocked = pipe.drain(into: target.client)

        var received: [UInt8] = []
        let end = Clock.now().advanced(by: patience)
        while received.count < sent.count, Clock.now() < end {
            received += target.server.receiveAvailable()
            _ = pipe.drain(into: target.client)
            if pipe.count == 0 { _ = pipe.fill(from: source.server, atMost: 65_536) }
        }

        #expect(blocked == .wouldBlock)
        #expect(received == sent)
    }

    @Test func `a peer that is gone is an error`() async {
        // In a process of its own, because the signal is the whole process's.
        await #expect(processExitsWith: .success) {
            signal(SIGPIPE, SIG_IGN)
            let source = try Pair()
            let target = try Pair()
            var pipe = try makePipe()
            let left = target.closingClient()
            left.shutdownWrite()
            try source.client.sendAll([1, 2, 3])
            try waitUntilReadable(source.server.descriptor)
            _ = pipe.fill(from: source.server, atMost: 3)
            let result = pipe.drain(into: left)
            precondition(result == .failed(SystemError(code: EPIPE)))
        }
    }

    @Test func `what cannot be spliced says so, and nothing has moved`() throws {
        var pipe = try makePipe()
        let mailbox = try Mailbox<Int>()
        let nothing = Socket(adopting: dup(mailbox.descriptor))

        let result = pipe.fill(from: nothing, atMost: 100)

        guard case .failed(let error) = result else { throw Unexpected("\(result)") }
        #expect(error.isUnsupported)
        let count = pipe.count
        #expect(count == 0)
    }
}

/// A pipe, where the kernel has one.
func makePipe() throws -> Pipe {
    guard let pipe = Pipe.make() else { throw Unexpected("no pipe") }
    return pipe
}

extension Socket {
    /// Reads all that has come.
    fileprivate func receiveAvailable() -> [UInt8] {
        var buffer = ByteBuffer()
        while case .transferred = read(into: &buffer, room: 65_536) {}
        return buffer.withReadable { $0.array(0..<$0.count) }
    }
}
