import Base
import Testing
import Wire

@Suite struct GRPCMessageTests {
    @Test func `a message goes behind a flag and its length`() {
        var message = ByteBuffer()
        message.append("abc")
        var output = ByteBuffer()

        GRPCMessage.append(message, to: &output)

        let bytes = output.withReadable { $0.array(0..<$0.count) }
        #expect(bytes == [0, 0, 0, 0, 3, 97, 98, 99])
    }

    @Test func `a message is there once all of it has come`() throws {
        let bytes: [UInt8] = [9, 0, 0, 0, 0, 2, 97, 98, 0]
        for end in 1..<8 {
            let part = Array(bytes[..<end])
            #expect(try GRPCMessage.range(in: part.span, from: 1, limit: 2) == nil)
        }

        #expect(try GRPCMessage.range(in: bytes.span, from: 1, limit: 2) == 6..<8)
    }

    @Test func `an empty message is one`() throws {
        let bytes = [UInt8](repeating: 0, count: 5)

        #expect(try GRPCMessage.range(in: bytes.span, limit: 0) == 5..<5)
    }

    @Test(
        arguments: [
            ([1, 0, 0, 0, 0], .compressed), ([2, 0, 0, 0, 0], .malformed),
            ([0, 0, 0, 0, 3], .tooLarge), ([0, 0xff, 0xff, 0xff, 0xff], .tooLarge),
        ] as [([UInt8], GRPCMessage.Failure)]
    )
    func `what nobody asked for is refused`(_ bytes: [UInt8], _ failure: GRPCMessage.Failure) {
        #expect(throws: failure) { try GRPCMessage.range(in: bytes.span, limit: 2) }
    }
}
