import Base
import Testing

@Suite struct ByteCountTests {
    @Test func `units are powers of 1024`() {
        #expect(ByteCount.kibibytes(64).bytes == 65_536)
        #expect(ByteCount.mebibytes(256).bytes == 268_435_456)
        #expect(ByteCount.kibibytes(1_024) == .mebibytes(1))
        #expect(ByteCount.kibibytes(1) < .mebibytes(1))
    }

    @Test func `a count too large is clamped, not shifted into nothing`() {
        #expect(ByteCount.kibibytes(.max).bytes == .max)
        #expect(ByteCount.mebibytes(1 << 44).bytes == .max)
    }
}
