package import Base

/// Writes heads in HTTP/1.1: kept lines in as few copies as possible, own lines one by one.
package enum HeadEncoder {
    /// Appends the request line and all lines that are not dropped.
    ///
    /// In one copy when they came as they are forwarded.
    package static func appendHead(_ head: borrowing RequestHead, to output: inout ByteBuffer) {
        if head.startLine.isEmpty { appendRequestLine(head, to: &output) }
        appendKept(head.fields, behind: head.startLine, to: &output)
    }

    /// Appends the status line, with its own reason phrase, and all lines that are not dropped.
    ///
    /// In one copy when they came as they are forwarded.
    package static func appendHead(_ head: borrowing ResponseHead, to output: inout ByteBuffer) {
        if head.startLine.isEmpty { appendStatusLine(head, to: &output) }
        appendKept(head.fields, behind: head.startLine, to: &output)
    }

    /// Appends the request line in HTTP/1.1, with the target in the form the origin expects.
    package static func appendRequestLine(
        _ head: borrowing RequestHead,
        to output: inout ByteBuffer
    ) {
        head.appendMethodAndTarget(to: &output)
        output.append(" HTTP/1.1\r\n")
    }

    /// Appends the status line of a response that we forward, with its own reason phrase.
    package static func appendStatusLine(
        _ head: borrowing ResponseHead,
        to output: inout ByteBuffer
    ) {
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
    package static func appendKept(_ fields: borrowing Fields, to output: inout ByteBuffer) {
        appendKept(fields, behind: 0..<0, to: &output)
    }

    /// The same behind the bytes in `start`, which go first, with those that follow them.
    private static func appendKept(
        _ fields: borrowing Fields,
        behind start: Range<Int>,
        to output: inout ByteBuffer
    ) {
        let bytes = fields.bytes.span
        var run = start
        if !fields.hasDropped {
            guard let all = fields.section else { return output.append(bytes, run) }
            return output.append(bytes, run.isEmpty ? all : run.lowerBound..<all.upperBound)
        }
        for line in fields.lines where !line.isDropped {
            let next = line.lineRange
            if next.lowerBound == run.upperBound {
                run = run.lowerBound..<next.upperBound
            } else {
                output.append(bytes, run)
                run = next
            }
        }
        output.append(bytes, run)
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

    /// Where a head ends that was written here: behind its empty line.
    package static func end(of message: Span<UInt8>) -> Int {
        var index = 3
        while index < message.count {
            if message[index] == 10, message[index &- 1] == 13, message[index &- 2] == 10 {
                return index &+ 1
            }
            index &+= 1
        }
        return message.count
    }

    /// Appends the line end that closes a field line or, on a line of its own, the head.
    package static func appendEnd(to output: inout ByteBuffer) {
        output.append("\r\n")
    }
}
