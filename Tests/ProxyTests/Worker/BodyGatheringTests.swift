import Base
import Testing
import Wire

@testable import Proxy

@Suite struct BodyGatheringTests {
    @Test func `a body of declared length is lent, not copied`() throws {
        var decoder = BodyDecoder(.length(4))
        var index = 2
        var payload = ByteBuffer()
        let bytes = Array("xxabcdGET".utf8)

        let range = try gatherBody(bytes.span, &index, &decoder, false, into: &payload)

        let isEmpty = payload.isEmpty
        #expect(range == 2..<6)
        #expect(index == 6)
        #expect(isEmpty)
        #expect(decoder.isComplete)
    }

    @Test func `chunks are gathered, free of their framing`() throws {
        var decoder = BodyDecoder(.chunked)
        var index = 0
        var payload = ByteBuffer()
        let bytes = Array("2\r\nab\r\n3;x=y\r\ncde\r\n0\r\n\r\nGET".utf8)

        let range = try gatherBody(bytes.span, &index, &decoder, true, into: &payload)

        let text = payload.text()
        #expect(range.isEmpty)
        #expect(text == "abcde")
        #expect(index == bytes.count - 3)
        #expect(decoder.isComplete)
    }

    @Test(arguments: 0...16) func `chunks may be cut anywhere`(_ cut: Int) throws {
        var decoder = BodyDecoder(.chunked)
        var payload = ByteBuffer()
        let bytes = Array("5\r\nabcde\r\n0\r\n\r\n".utf8)
        let first = Array(bytes[..<min(cut, bytes.count)])
        var index = 0

        _ = try gatherBody(first.span, &index, &decoder, true, into: &payload)
        let rest = Array(bytes[index...])
        index = 0
        _ = try gatherBody(rest.span, &index, &decoder, true, into: &payload)

        let text = payload.text()
        #expect(text == "abcde")
        #expect(decoder.isComplete)
    }

    @Test func `broken framing is refused`() {
        var decoder = BodyDecoder(.chunked)
        var payload = ByteBuffer()
        var index = 0
        let bytes = Array("2\nab".utf8)
        var isRefused = false

        do {
            _ = try gatherBody(bytes.span, &index, &decoder, true, into: &payload)
        } catch {
            isRefused = true
        }

        #expect(isRefused)
    }
}
