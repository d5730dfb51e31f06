import Base
import Wire

/// The bytes that `write` appends, as text.
func written(_ write: (inout ByteBuffer) -> Void) -> String {
    var buffer = ByteBuffer()
    write(&buffer)
    return buffer.text()
}

/// Calls `body` with the bytes of `text` and the range that is all of them.
func with<Result>(_ text: String, _ body: (Span<UInt8>, Range<Int>) -> Result) -> Result {
    let bytes = Array(text.utf8)
    return body(bytes.span, 0..<bytes.count)
}

/// The fields of a request with these lines besides its Host.
func fields(_ lines: [String]) throws -> Fields {
    let text = (["GET / HTTP/1.1", "Host: a"] + lines + ["", ""]).joined(separator: "\r\n")
    var head = RequestHead()
    var scanned = 0
    _ = try RequestHeadParser().parse(Array(text.utf8).span, scanned: &scanned, into: &head)
    return head.fields
}
