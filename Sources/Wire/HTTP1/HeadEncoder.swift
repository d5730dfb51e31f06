package import Base

/// Writes heads in HTTP/1.1: kept lines in as few copies as possible, own lines one by one.
package enum HeadEncoder {
    /// Appends the request line in HTTP/1.1, with the target in the form the origin expects.
    package static func appendRequestLine(_ head: RequestHead, to output: inout ByteBuffer) {
        head.appendMethodAndTarget(to: &output)
        output.append(" HTTP/1.1\r\n")
    }

    /// Appends the status line of a response that we forward, with its own reason phrase.
    package static func appendStatusLine(_ head: ResponseHead, to output: inout ByteBuffer) {
        output.append("HTTP/1.1 ")
        output.append(decimal: head.status)
        output.append(UInt8(ascii: " "))
        output.append(head.fields.bytes.span, head.reasonRange)
        output.append("\r\n")
    }

    /// Appends the status line of our own answer, with the standard reason phrase.
    package static func appendStatusLine(_ status: Int, to output: inout ByteBuffer) {
        output.append("HTTP/1.1 ")
        output.append(decimal: status)
        output.append(UInt8(ascii: " "))
        output.append(Status.reasonPhrase(status))
        output.append("\r\n")
    }

    /// Appends all lines that are not dropped, neighbours in one copy.
    package static func appendKept(_ fields: Fields, to output: inout ByteBuffer) {
        var start = 0
        var end = 0
        for line in fields.lines {
            if line.isDropped { continue }
            let range = line.lineRange
            if range.lowerBound != end {
                if end > start { output.append(fields.bytes.span, start..<end) }
                start = range.lowerBound
            }
            end = range.upperBound
        }
        if end > start { output.append(fields.bytes.span, start..<end) }
    }

    /// Appends one field line.
    package static func appendLine(
        _ name: StaticString,
        _ value: StaticString,
        to output: inout ByteBuffer
    ) {
        appendName(name, to: &output)
        output.append(value)
        output.append("\r\n")
    }

    /// Appends one field line whose value is `range` of `bytes`.
    package static func appendLine(
        _ name: StaticString,
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        to output: inout ByteBuffer
    ) {
        appendName(name, to: &output)
        output.append(bytes, range)
        output.append("\r\n")
    }

    /// Appends one field line whose value is a decimal number.
    package static func appendLine(
        _ name: StaticString,
        decimal value: UInt64,
        to output: inout ByteBuffer
    ) {
        appendName(name, to: &output)
        output.append(decimal: value)
        output.append("\r\n")
    }

    /// Appends `name: `, for values that the caller writes; `appendEnd` or CRLF must follow.
    package static func appendName(_ name: StaticString, to output: inout ByteBuffer) {
        output.append(name)
        output.append(": ")
    }

    /// Appends the line end that closes a field line or, on a line of its own, the head.
    package static func appendEnd(to output: inout ByteBuffer) {
        output.append("\r\n")
    }
}
