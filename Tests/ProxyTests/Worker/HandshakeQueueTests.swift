import Testing

@testable import Proxy

@Suite struct HandshakeQueueTests {
    @Test func `they leave the line in the order in which they came`() {
        var queue = HandshakeQueue()
        var left: [UInt64] = []

        for handle in 1...1_000 as ClosedRange<UInt64> {
            queue.begin(handle)
            guard handle.isMultiple(of: 2), let oldest = queue.oldest else { continue }
            left.append(oldest)
            queue.dropOldest()
        }
        while let oldest = queue.oldest {
            left.append(oldest)
            queue.dropOldest()
        }

        #expect(left == Array(1...1_000))
    }

    @Test func `one that is over counts no more, wherever it stands in the line`() {
        var queue = HandshakeQueue()
        queue.begin(1)
        queue.begin(2)

        queue.end()
        let (count, oldest) = (queue.count, queue.oldest)

        #expect(count == 1)
        #expect(oldest == 1)
    }
}
