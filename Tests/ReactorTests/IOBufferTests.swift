import Reactor
import Testing

@Suite struct IOBufferTests {
    @Test func `what was read is lent as a span`() throws {
        let pair = try Pair()
        let buffer = IOBuffer(size: 16)
        try pair.client.sendAll([1, 2, 3])
        try waitUntilReadable(pair.server.descriptor)

        let result = pair.server.read(into: buffer.raw)
        var seen: [UInt8] = []
        buffer.withSpan(3) { span in
            for index in 0..<span.count { seen.append(span[index]) }
        }

        #expect(result == .transferred(3))
        #expect(seen == [1, 2, 3])
        #expect(IOBuffer().count == 65536)
    }
}
