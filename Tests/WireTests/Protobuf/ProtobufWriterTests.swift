import Base
import Testing
import Wire

@Suite struct ProtobufWriterTests {
    @Test(
        arguments: [
            (1, 0, []), (1, 1, [0x08, 0x01]), (1, 150, [0x08, 0x96, 0x01]),
            (16, 127, [0x80, 0x01, 0x7f]),
            (1, UInt64.max, [0x08] + [UInt8](repeating: 0xff, count: 9) + [0x01]),
        ] as [(UInt32, UInt64, [UInt8])]
    )
    func `a number has as few bytes as it needs`(
        _ field: UInt32,
        _ number: UInt64,
        _ expected: [UInt8]
    ) {
        #expect(bytes { ProtobufWriter.append(field, number: number, to: &$0) } == expected)
    }

    @Test func `text has its length before it, and none is left out`() {
        let text = Array("ab".utf8)

        let written = bytes { output in
            ProtobufWriter.append(2, bytes: text.span, to: &output)
            ProtobufWriter.append(3, bytes: text.span.extracting(0..<0), to: &output)
        }

        #expect(written == [0x12, 2, 97, 98])
    }

    @Test func `a message is there even when it says nothing`() {
        let written = bytes { output in
            var message = ByteBuffer()
            ProtobufWriter.append(1, message: message, to: &output)
            ProtobufWriter.append(1, number: 5, to: &message)
            ProtobufWriter.append(2, message: message, to: &output)
        }

        #expect(written == [0x0a, 0, 0x12, 2, 0x08, 5])
    }

    private func bytes(_ write: (inout ByteBuffer) -> Void) -> [UInt8] {
        var buffer = ByteBuffer()
        write(&buffer)
        return buffer.withReadable { $0.array(0..<$0.count) }
    }
}
