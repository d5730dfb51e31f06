import Base
import Testing

@Suite struct ByteBufferBigEndianTests {
    @Test func `numbers are written with the highest byte first`() {
        var buffer = ByteBuffer()

        buffer.append(bigEndian: 0x0102 as UInt16)
        buffer.append(bigEndian: 0x0304_0506 as UInt32)
        buffer.append(bigEndian: 0x0708_090a_0b0c_0d0e as UInt64)

        let bytes = buffer.withReadable { $0.array(0..<$0.count) }
        #expect(bytes == Array(1...14))
    }

    @Test func `what waits is replaced in place`() {
        var buffer = ByteBuffer()
        buffer.append("xx--------tail")
        buffer.consume(2)

        buffer.overwrite(bigEndian: 0x4142_4344_4546_4748, at: 0)

        #expect(buffer.text() == "ABCDEFGHtail")
    }

    @Test func `bytes are dropped from the tail`() {
        var buffer = ByteBuffer()
        buffer.append("hello")
        buffer.consume(1)

        buffer.truncate(to: 2)
        buffer.append("!")

        #expect(buffer.text() == "el!")
    }
}
