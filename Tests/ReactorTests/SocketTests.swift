import Base
import Glibc
import Reactor
import Testing

@Suite struct SocketTests {
    @Test func `a full kernel takes a part, then says it would block`() throws {
        let pair = try Pair()
        let large = [UInt8](repeating: 7, count: 64 << 20)

        let first = large.withUnsafeBytes { pair.client.send($0) }
        _ = try fill(pair.client)
        let second = large.withUnsafeBytes { pair.client.send($0) }

        let isPart = if case .transferred(let count) = first { count < large.count } else { false }
        #expect(isPart)
        #expect(second == .wouldBlock)
    }

    @Test func `two parts arrive as one, in order`() throws {
        let pair = try Pair()
        let head = Array("head;".utf8)
        let body = Array("body".utf8)

        let result = head.withUnsafeBytes { first in
            body.withUnsafeBytes { second in pair.client.send(first, second) }
        }
        let bytes = try pair.server.receive(9)

        #expect(result == .transferred(9))
        #expect(bytes == head + body)
    }

    @Test func `a part of two may end within the second`() throws {
        let pair = try Pair()
        let head = Array("head;".utf8)
        let body = [UInt8](repeating: 7, count: 64 << 20)

        let result = head.withUnsafeBytes { first in
            body.withUnsafeBytes { second in pair.client.send(first, second) }
        }

        guard case .transferred(let count) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(count > head.count && count < head.count + body.count)
    }

    @Test func `nothing to read would block, and a look takes nothing`() throws {
        let pair = try Pair()

        let before = pair.server.peek()
        try pair.client.sendAll([1, 2])
        try waitUntilReadable(pair.server.descriptor)
        let look = pair.server.peek()
        let bytes = try pair.server.receive(2)
        pair.client.shutdownWrite()
        try waitUntilReadable(pair.server.descriptor)
        let end = pair.server.peek()

        #expect(before == .wouldBlock)
        #expect(look == .transferred(1))
        #expect(bytes == [1, 2])
        #expect(end == .ended)
    }

    @Test func `an aborted connection resets its peer's next read`() throws {
        let pair = try Pair()

        pair.client.abort()
        let server = pair.closingClient()
        try waitForEdge(server) { $0.isFailed }
        let result = server.peek()

        guard case .failed(let error) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(error == SystemError(code: ECONNRESET))
    }

    @Test func `writing to a peer that has reset fails without a signal`() throws {
        let pair = try Pair()

        pair.client.abort()
        let server = pair.closingClient()
        try waitForEdge(server) { $0.isFailed }
        _ = server.pendingError()
        let result = [UInt8(1)].withUnsafeBytes { server.send($0) }

        guard case .failed(let error) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(error == SystemError(code: EPIPE))
    }

    @Test func `pieces that more follows arrive in the end`() throws {
        let pair = try Pair()

        let more = [UInt8(1)].withUnsafeBytes { pair.client.send($0, isMoreComing: true) }
        try pair.client.sendAll([2])
        let bytes = try pair.server.receive(2)

        #expect(more == .transferred(1))
        #expect(bytes == [1, 2])
    }

    @Test func `both ends know their own address`() throws {
        let pair = try Pair()

        let client = pair.client.localAddress()
        let peer = pair.peer

        #expect(client == peer)
    }
}
