import Reactor
import Testing

@Suite struct MailboxTests {
    @Test func `messages come in the order of posting and once`() throws {
        let mailbox = try Mailbox<String>()
        mailbox.post("a")
        mailbox.post("b")
        var taken = ["z"]

        mailbox.drain(into: &taken)
        let first = taken
        taken.removeAll()
        mailbox.drain(into: &taken)

        #expect(first == ["z", "a", "b"])
        #expect(taken == [])
    }

    @Test func `nothing is lost between many posters and one that waits`() throws {
        let posters = 4
        let each = 5_000
        let mailbox = try Mailbox<(poster: Int, number: Int)>()
        for poster in 0..<posters {
            _ = try Thread.spawn("poster") {
                for number in 0..<each { mailbox.post((poster, number)) }
            }
        }
        var poller = try Poller()
        try poller.add(mailbox.descriptor, data: 1)
        var next = [Int](repeating: 0, count: posters)
        var isInOrder = true
        var taken: [(poster: Int, number: Int)] = []

        while next.reduce(0, +) < posters * each {
            try waitForEvent(&poller) { $0.isReadable }
            taken.removeAll(keepingCapacity: true)
            mailbox.drain(into: &taken)
            for message in taken {
                isInOrder = isInOrder && next[message.poster] == message.number
                next[message.poster] += 1
            }
        }

        #expect(isInOrder)
        #expect(next == [Int](repeating: each, count: posters))
    }

    @Test func `who waits with patience is told whether something came`() throws {
        let mailbox = try Mailbox<Int>()
        #expect(mailbox.wait(milliseconds: 0) == false)
        mailbox.post(1)
        #expect(mailbox.wait(milliseconds: 1_000) == true)
    }
}
