import Base
import Testing

@Suite struct InlineBytesTests {
    @Test(arguments: [
        ("", ""), ("a", "a"), ("abcdefgh", "abcdefgh"), ("abcdefghi", "abcdefghi"),
        ("0123456789abcdef", "0123456789abcdef"), ("0123456789abcdefg", "0123456789abcdef"),
    ])
    func `what does not fit is cut off`(_ given: String, _ kept: String) {
        var bytes = InlineBytes<2>()
        let (given, wanted) = (Array(given.utf8), Array(kept.utf8))

        bytes.assign(Array("zzzzzzzzzzzz".utf8).span, 0..<12)
        bytes.assign(given.span, 0..<given.count)

        let isEqual = bytes.equals(wanted.span)
        let isLonger = bytes.equals((wanted + [0]).span)
        #expect(bytes.count == wanted.count)
        #expect(bytes.withSpan { $0.text(0..<$0.count) } == kept)
        #expect(isEqual)
        #expect(!isLonger)
    }

    @Test func `a part of the bytes is kept`() {
        var bytes = InlineBytes<1>()

        bytes.assign(Array("/path?query".utf8).span, 1..<5)

        let isOther = bytes.equals(Array("patH".utf8).span)
        #expect(bytes.withSpan { $0.text(0..<$0.count) } == "path")
        #expect(!isOther)
    }

    @Test func `two numbers become 32 digits`() {
        var bytes = InlineBytes<4>()

        bytes.assign(hex: 0x0123_4567_89ab_cdef, 0xf0)

        #expect(bytes.withSpan { $0.text(0..<$0.count) } == "0123456789abcdef00000000000000f0")
    }

    @Test(arguments: [0, 1, 7, 8, 9, 16, 23, 24])
    func `all of the content and no more goes to a buffer`(_ count: Int) {
        var bytes = InlineBytes<3>()
        var buffer = ByteBuffer()
        let text = String("abcdefghijklmnopqrstuvwx".prefix(count))

        bytes.assign(Array(text.utf8).span, 0..<count)
        buffer.append("<")
        buffer.append(&bytes)
        buffer.append(">")
        let written = buffer.text()

        #expect(written == "<\(text)>")
    }

    @Test func `what was cleared is empty`() {
        var bytes = InlineBytes<1>()

        let (text, none) = ([65] as [UInt8], [] as [UInt8])

        bytes.assign(text.span, 0..<1)
        bytes.clear()

        let isEmpty = bytes.equals(none.span)
        #expect(bytes.count == 0)
        #expect(isEmpty)
    }
}
