import Base
import Glibc
import Reactor
import Testing

@Suite struct PipePoolTests {
    @Test func `a pipe is lent again`() throws {
        var pool = PipePool(capacity: 1)

        var first = pool.take()
        let hasFirst = first != nil
        let second = pool.take()
        let hasSecond = second != nil
        pool.give(&first)
        let isGone = first == nil
        let third = pool.take()
        let hasThird = third != nil

        #expect(hasFirst && !hasSecond && isGone && hasThird)
    }

    @Test func `a pipe that holds bytes is not lent again`() throws {
        let source = try Pair()
        try source.client.sendAll([1, 2, 3])
        try waitUntilReadable(source.server.descriptor)
        var pool = PipePool(capacity: 1)

        var full = pool.take()
        _ = full?.fill(from: source.server, atMost: 3)
        pool.give(&full)
        let other = pool.take()
        let count = other?.count

        #expect(count == 0)
    }

    @Test func `few stay idle, and all can be had again`() {
        var pool = PipePool(capacity: 40)
        var lent = Slots<Pipe>(kind: 1, capacity: 64)

        while let pipe = pool.take() { _ = lent.insert(pipe) }
        let first = lent.count
        for handle in lent.handles() {
            var pipe: Pipe? = lent.remove(handle)
            pool.give(&pipe)
        }
        let idle = pool.idleCount
        while let pipe = pool.take() { _ = lent.insert(pipe) }
        let second = lent.count

        #expect(first == 40)
        #expect(idle == 16)
        #expect(second == 40)
    }

    @Test func `those that nobody needed for a while are closed`() {
        var pool = PipePool(capacity: 8)
        var first = pool.take()
        var second = pool.take()
        pool.give(&first)
        pool.give(&second)

        pool.trim()
        let afterFirst = pool.idleCount
        var third = pool.take()
        pool.give(&third)
        pool.trim()
        let afterSecond = pool.idleCount
        pool.trim()
        let afterThird = pool.idleCount

        #expect(afterFirst == 2, "they have only just come")
        #expect(afterSecond == 1, "one was needed")
        #expect(afterThird == 0)
    }

    @Test func `without descriptors there is none, and later there is`() async {
        await #expect(processExitsWith: .success) {
            var pool = PipePool(capacity: 4)
            var held: [Int32] = []
            while true {
                let descriptor = dup(0)
                if descriptor < 0 { break }
                held.append(descriptor)
            }
            let before = pool.take()
            let hadNone = before == nil
            for descriptor in held.suffix(2) { close(descriptor) }
            var refusals = 0
            while pool.take() == nil { refusals += 1 }
            precondition(hadNone && refusals == PipePool.pauseLength)
        }
    }

    @Test func `a retired pool lends nothing`() throws {
        var pool = PipePool(capacity: 4)
        var lent = pool.take()

        pool.retire()
        pool.give(&lent)
        let other = pool.take()

        let hasOther = other != nil
        #expect(!hasOther)
    }
}
