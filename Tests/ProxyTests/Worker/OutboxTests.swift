import Base
import Glibc
import Reactor
import Testing
import Wire

@testable import Proxy

@Suite struct OutboxTests {
    @Test func `small pieces gather and leave at the flush`() throws {
        let pair = try SocketPair()
        var outbox = Outbox()
        var buffers = BufferPool(capacity: 4, largestKept: 65_536)
        outbox.framing = .identity

        let now = outbox.write(bytes("ab"), to: pair.near, &buffers)
        _ = outbox.write(bytes("cd"), to: pair.near, &buffers)
        let before = pair.received()
        let sent = outbox.flush(to: pair.near, &buffers)
        let after = pair.received()

        let isEmpty = outbox.isEmpty
        #expect(now == 0)
        #expect(before == "")
        #expect(sent == 4)
        #expect(after == "abcd")
        #expect(isEmpty)
    }

    @Test func `a large piece goes at once, behind what waits`() throws {
        let pair = try SocketPair()
        var outbox = Outbox()
        var buffers = BufferPool(capacity: 4, largestKept: 65_536)
        outbox.framing = .identity
        let large = String(repeating: "x", count: 5_000)

        _ = outbox.write(bytes("ab"), to: pair.near, &buffers)
        let sent = outbox.write(bytes(large), to: pair.near, &buffers)
        let text = pair.received()

        #expect(sent == 5_002)
        #expect(text == "ab" + large)
    }

    @Test func `chunks are framed and ended`() throws {
        let pair = try SocketPair()
        var outbox = Outbox()
        var buffers = BufferPool(capacity: 4, largestKept: 65_536)
        outbox.framing = .chunked

        _ = outbox.write(bytes("hello"), to: pair.near, &buffers)
        _ = outbox.write(bytes(""), isLast: true, to: pair.near, &buffers)
        _ = outbox.flush(to: pair.near, &buffers)
        let text = pair.received()

        #expect(text == "5\r\nhello\r\n0\r\n\r\n")
    }

    @Test func `what the kernel refuses waits, whole and in order`() throws {
        let pair = try SocketPair()
        var outbox = Outbox()
        var buffers = BufferPool(capacity: 4, largestKept: 65_536)
        outbox.framing = .identity
        let piece = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        var count = 0
        while !outbox.isBlocked, count < 1_000 {
            _ = outbox.write(piece, to: pair.near, &buffers)
            count += 1
        }
        let isBlocked = outbox.isBlocked

        var received: [UInt8] = []
        while received.count < count * piece.count {
            received += pair.receivedBytes()
            outbox.isBlocked = false
            _ = outbox.flush(to: pair.near, &buffers)
        }

        #expect(isBlocked)
        #expect(received == Array((0..<count).map { _ in piece }.joined()))
    }

    @Test func `a body that may not be sent is not`() throws {
        let pair = try SocketPair()
        var outbox = Outbox()
        var buffers = BufferPool(capacity: 4, largestKept: 65_536)

        _ = outbox.write(bytes("ab"), isLast: true, to: pair.near, &buffers)
        _ = outbox.flush(to: pair.near, &buffers)
        let text = pair.received()

        #expect(text == "")
    }

    @Test func `a peer that is gone takes nothing any more`() throws {
        var pair = try SocketPair()
        var outbox = Outbox()
        var buffers = BufferPool(capacity: 4, largestKept: 65_536)
        outbox.framing = .identity
        pair.closeFar()

        _ = outbox.write(bytes("ab"), to: pair.near, &buffers)
        _ = outbox.flush(to: pair.near, &buffers)
        let after = outbox.write(bytes("cd"), to: pair.near, &buffers)

        let isFailed = outbox.isFailed
        let isEmpty = outbox.isEmpty
        #expect(isFailed)
        #expect(isEmpty)
        #expect(after == 0)
    }

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
}

extension Outbox {
    fileprivate mutating func write(
        _ bytes: [UInt8],
        isLast: Bool = false,
        to socket: borrowing Socket,
        _ buffers: inout BufferPool
    ) -> Int {
        let sent = write(bytes.span, to: socket, &buffers)
        if isLast { endBody(trailers: nil, &buffers) }
        return sent
    }
}
