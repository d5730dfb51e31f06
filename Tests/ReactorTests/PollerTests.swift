import Base
import Glibc
import Reactor
import Testing

@Suite struct PollerTests {
    @Test func `an edge is told once, and again when more arrives`() throws {
        let pair = try Pair()
        var poller = try Poller()
        try poller.add(pair.server.descriptor, data: 42)

        try pair.client.sendAll([1])
        let event = try waitForEvent(&poller) { $0.isReadable }
        let again = poller.wait(timeout: .zero)
        try pair.client.sendAll([2])
        let more = try waitForEvent(&poller) { $0.isReadable }

        #expect(event.data == 42)
        #expect(event.isWritable)
        #expect(again == 0)
        #expect(!more.isEnded && !more.isFailed)
    }

    @Test func `a unix socket tells of room only once it was asked to`() throws {
        var ends: [Int32] = [0, 0]
        try #require(
            socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &ends) == 0
        )
        let ours = Socket(adopting: ends[0])
        let peer = Socket(adopting: ends[1])
        var poller = try Poller()
        try poller.add(ours.descriptor, data: 7, hearsOfRoom: false)

        try ours.sendAll([1, 2, 3])
        let read = try peer.receive(3)
        let unasked = poller.wait(timeout: .zero)
        poller.hearOfRoom(ours.descriptor, data: 7)
        let asked = try waitForEvent(&poller) { $0.isWritable }
        try peer.sendAll([4])
        let bytes = try waitForEvent(&poller) { $0.isReadable }

        #expect(read == [1, 2, 3])
        #expect(unasked == 0)
        #expect(asked.data == 7 && bytes.data == 7)
    }

    @Test func `a level is told as long as something waits`() throws {
        let mailbox = try Mailbox<Int>()
        var poller = try Poller()
        try poller.addLevel(mailbox.descriptor, data: 1)

        let before = poller.wait(timeout: .zero)
        mailbox.post(1)
        let first = poller.wait(timeout: patience)
        let second = poller.wait(timeout: patience)
        var taken: [Int] = []
        mailbox.drain(into: &taken)
        let after = poller.wait(timeout: .zero)

        #expect([before, first, second, after] == [0, 1, 1, 0])
    }

    @Test func `a half-close is an end, and what came before is readable`() throws {
        let pair = try Pair()
        var poller = try Poller()
        try poller.add(pair.server.descriptor, data: 1)

        try pair.client.sendAll(Array("last".utf8))
        pair.client.shutdownWrite()
        let event = try waitForEvent(&poller) { $0.isEnded }
        let bytes = try pair.server.receive(100)
        try pair.server.sendAll(Array("answer".utf8))
        let answer = try pair.client.receive(6)

        #expect(!event.isFailed)
        #expect(bytes == Array("last".utf8))
        #expect(answer == Array("answer".utf8))
    }

    @Test func `a reset is a failure`() throws {
        let pair = try Pair()
        var poller = try Poller()
        try poller.add(pair.server.descriptor, data: 1)

        pair.client.abort()
        let server = pair.closingClient()
        let event = try waitForEvent(&poller) { $0.isFailed }
        let error = server.pendingError()

        #expect(event.data == 1)
        #expect(error == SystemError(code: ECONNRESET))
    }

    @Test func `an orderly close of both sides is told as failed too`() throws {
        let pair = try Pair()
        var poller = try Poller()
        try poller.add(pair.server.descriptor, data: 1)

        pair.server.shutdownWrite()
        let server = pair.closingClient()
        let event = try waitForEvent(&poller) { $0.isFailed }
        let error = server.pendingError()

        #expect(event.isEnded)
        #expect(error == nil)
    }

    @Test func `room is told as an edge after a full send buffer`() throws {
        let pair = try Pair()
        var poller = try Poller()
        try poller.add(pair.client.descriptor, data: 1)
        try waitForEvent(&poller) { $0.isWritable }

        let sent = try fill(pair.client)
        let whileFull = poller.wait(timeout: .zero)
        let received = try pair.server.receive(sent).count
        let event = try waitForEvent(&poller) { $0.isWritable }

        #expect(whileFull == 0)
        #expect(received == sent)
        #expect(!event.isReadable)
    }

    @Test func `a removed descriptor is silent`() throws {
        let mailbox = try Mailbox<Int>()
        var poller = try Poller()
        try poller.addLevel(mailbox.descriptor, data: 1)

        mailbox.post(1)
        try poller.remove(mailbox.descriptor)
        let count = poller.wait(timeout: .zero)

        #expect(count == 0)
    }

    @Test func `a descriptor is added only once`() throws {
        let mailbox = try Mailbox<Int>()
        let poller = try Poller()
        try poller.add(mailbox.descriptor, data: 1)

        do throws(SystemError) {
            try poller.add(mailbox.descriptor, data: 2)
            Issue.record("added twice")
        } catch {
            #expect(error.description == "File exists")
        }
    }

    @Test func `a wait is never shorter than its timeout`() throws {
        var poller = try Poller()
        let start = Clock.now()

        let count = poller.wait(timeout: Nanoseconds(1_000_001))
        let elapsed = Clock.now().since(start)

        #expect(count == 0)
        #expect(elapsed >= Nanoseconds(1_000_001))
    }

    @Test func `more events than one wait brings come with the next`() throws {
        var poller = try Poller()
        let mailboxes = try (0..<Poller.capacity + 44).map { _ in try Mailbox<Int>() }
        for (index, mailbox) in mailboxes.enumerated() {
            try poller.add(mailbox.descriptor, data: UInt64(index))
            mailbox.post(index)
        }

        var seen: Set<UInt64> = []
        let first = poller.wait(timeout: patience)
        for index in 0..<first { seen.insert(poller.event(index).data) }
        let second = poller.wait(timeout: patience)
        for index in 0..<second { seen.insert(poller.event(index).data) }

        #expect(first == Poller.capacity)
        #expect(seen.count == mailboxes.count)
    }
}
