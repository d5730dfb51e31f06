import Base
import Testing

@testable import Wire

@Suite struct SendQueuesTests {
    @Test func `payload leaves in order, in parts`() {
        var queues = SendQueues()
        var output = ByteBuffer()
        let number = queues.lend(to: 7)
        queues.append(Array("hello ".utf8).span, to: number)
        queues.move(4, of: number, to: &output)
        queues.append(Array("world".utf8).span, to: number)
        queues.append(trailers: Array("a: b\r\n".utf8).span, to: number)
        let waiting = queues[number].count
        let payload = queues[number].dataCount

        queues.move(payload, of: number, to: &output)
        let trailers = Array(queues.trailers(of: number))
        let rest = queues.byteCount
        queues.giveBack(number)

        #expect(waiting == 13 && payload == 7 && rest == 6)
        #expect(output.text() == "hello world")
        #expect(trailers == Array("a: b\r\n".utf8))
        #expect(queues.byteCount == 0 && queues.active == 0)
    }

    @Test func `queues are used again, in turn`() {
        var queues = SendQueues()
        let first = queues.lend(to: 1)
        let second = queues.lend(to: 2)
        queues.append([1, 2, 3].span, to: first)
        queues.append([4].span, to: second)
        let turns = [queues.takeTurn(), queues.takeTurn(), queues.takeTurn()]

        queues.giveBack(first)
        let third = queues.lend(to: 3)
        let state = (queues[third].slot, queues[third].count, queues[third].hasTrailers)

        #expect(turns == [first, second, first])
        #expect(third == first)
        #expect(state == (3, 0, false))
        #expect(queues.byteCount == 1 && queues.active == 2)
    }
}
