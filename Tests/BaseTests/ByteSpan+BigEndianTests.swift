import Base
import Testing

@Suite struct ByteSpanBigEndianTests {
    @Test func `numbers are read with the highest byte first`() {
        let bytes: [UInt8] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 255]

        let short = bytes.span.bigEndian32(at: 1)
        let long = bytes.span.bigEndian64(at: 2)

        #expect(short == 0x0102_0304)
        #expect(long == 0x0203_0405_0607_08ff)
    }
}
