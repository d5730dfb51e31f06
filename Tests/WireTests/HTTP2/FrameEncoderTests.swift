import Base
import Testing

@testable import Wire

@Suite struct FrameEncoderTests {
    @Test func `a header is read as it was written`() {
        var output = ByteBuffer()
        output.appendFrame(.continuation, FrameFlags.endHeaders, 0x7fff_fffe, length: 16_384)

        let header = output.withReadable { FrameHeader($0, at: 0) }

        #expect(output.readableCount == FrameHeader.size)
        #expect(header.length == 16_384)
        #expect(header.kind == .continuation)
        #expect(header.flags == FrameFlags.endHeaders)
        #expect(header.stream == 0x7fff_fffe)
    }

    @Test func `a length is written once it is known`() {
        var output = ByteBuffer()
        output.append("before")
        output.appendFrame(.headers, 0, 0x0102_0305, length: 0)

        output.overwriteFrame(at: 6, .headers, FrameFlags.endHeaders, 0x0102_0305, length: 77)

        let header = output.withReadable { FrameHeader($0, at: 6) }
        #expect(header.length == 77)
        #expect(header.flags == FrameFlags.endHeaders)
        #expect(header.stream == 0x0102_0305)
    }

    @Test func `control frames have the form of the standard (RFC 9113 §6)`() {
        var output = ByteBuffer()
        output.appendReset(3, .cancel)
        output.appendWindowUpdate(0, 0x1_0000)
        output.appendPing(0x0102_0304_0506_0708, isAcknowledgement: true)
        output.appendGoAway(last: 5, .enhanceYourCalm)

        let frames = TestFrame.all(in: &output)

        #expect(
            frames == [
                TestFrame(.reset, 0, 3, [0, 0, 0, 8]),
                TestFrame(.windowUpdate, 0, 0, [0, 1, 0, 0]),
                TestFrame(.ping, 1, 0, [1, 2, 3, 4, 5, 6, 7, 8]),
                TestFrame(.goAway, 0, 0, [0, 0, 0, 5, 0, 0, 0, 11]),
            ]
        )
    }
}
