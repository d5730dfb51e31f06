import Reactor
import Testing

@Suite struct IOBufferTests {
    @Test func `what was read is there`() throws {
        let pair = try Pair()
        let buffer = IOBuffer(size: 16)
        try pair.client.sendAll([1, 2, 3])
        try waitUntilReadable(pair.server.descriptor)

        let result = pair.server.read(into: buffer.raw)
        let seen = Array(buffer.filled(3))

        #expect(result == .transferred(3))
        #expect(seen == [1, 2, 3])
        #expect(IOBuffer().count == 65536)
    }
}
