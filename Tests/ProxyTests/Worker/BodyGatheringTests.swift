import Base
import Testing
import Wire

@testable import Proxy

@Suite struct BodyGatheringTests {
    @Test func `a body of declared length is lent, not copied`() throws {
        var decoder = BodyDecoder(.length(4))
        var index = 2
        let bytes = Array("xxabcdGET".utf8)

        let range = try nextPiece(bytes.span, &index, &decoder)

        let isComplete = decoder.isComplete
        #expect(range == 2..<6)
        #expect(index == 6)
        #expect(isComplete)
    }

    @Test func `chunks are gathered, free of their framing`() throws {
        var decoder = BodyDecoder(.chunked)
        var index = 0
        var payload = ByteBuffer()
        let bytes = Array("2\r\nab\r\n3;x=y\r\ncde\r\n0\r\n\r\nGET".utf8)

        try gatherChunks(bytes.span, &index, &decoder, into: &payload)

        let (text, isComplete) = (payload.text(), decoder.isComplete)
        #expect(text == "abcde")
        #expect(index == bytes.count - 3)
        #expect(isComplete)
    }

    @Test(arguments: 0...16) func `chunks may be cut anywhere`(_ cut: Int) throws {
        var decoder = BodyDecoder(.chunked)
        var payload = ByteBuffer()
        let bytes = Array("5\r\nabcde\r\n0\r\n\r\n".utf8)
        let first = Array(bytes[..<min(cut, bytes.count)])
        var index = 0

        try gatherChunks(first.span, &index, &decoder, into: &payload)
        let rest = Array(bytes[index...])
        index = 0
        try gatherChunks(rest.span, &index, &decoder, into: &payload)

        let (text, isComplete) = (payload.text(), decoder.isComplete)
        #expect(text == "abcde")
        #expect(isComplete)
    }

    @Test func `broken framing is refused`() {
        var decoder = BodyDecoder(.chunked)
        var payload = ByteBuffer()
        var index = 0
        let bytes = Array("2\nab".utf8)
        var isRefused = false

        do {
            try gatherChunks(bytes.span, &index, &decoder, into: &payload)
        } catch {
            isRefused = true
        }

        #expect(isRefused)
    }
}
