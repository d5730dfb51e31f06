import Base
import Testing

@testable import Wire

@Suite struct FrameHeaderTests {
    @Test func `a header is read wherever it lies (RFC 9113 §4.1)`() {
        let bytes: [UInt8] = [9, 0x01, 0x02, 0x03, 0x1, 0x25, 0x81, 0x02, 0x03, 0x04]

        let header = FrameHeader(bytes.span, at: 1)

        #expect(header.length == 0x010203)
        #expect(header.kind == .headers)
        #expect(header.has(FrameFlags.endStream) && header.has(FrameFlags.priority))
        #expect(!header.has(FrameFlags.padded))
        #expect(header.stream == 0x0102_0304, "the reserved bit is ignored")
    }

    @Test func `a type that nobody knows has no kind (RFC 9113 §4.1)`() {
        let bytes: [UInt8] = [0, 0, 0, 10, 0, 0, 0, 0, 0]

        let header = FrameHeader(bytes.span, at: 0)

        #expect(header.kind == nil)
    }
}
