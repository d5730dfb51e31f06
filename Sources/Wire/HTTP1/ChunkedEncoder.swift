package import Base

/// Writes the chunked transfer coding (RFC 9112 §7.1).
package enum ChunkedEncoder {
    /// Appends what stands before `size` bytes of chunk data; `size` must not be zero.
    ///
    /// Never inlined: the digits of a size would be worked out in advance for every body, also for
    /// those without chunks.
    @inline(never)
    package static func appendHeader(_ size: Int, to output: inout ByteBuffer) {
        precondition(size > 0, "an empty chunk would end the body")
        output.append(hex: UInt64(size))
        output.append("\r\n")
    }

    /// Appends what stands behind a chunk's data.
    package static func appendDataEnd(to output: inout ByteBuffer) {
        output.append("\r\n")
    }

    /// Appends the last chunk and, if there are any, the trailers that are not dropped.
    package static func appendEnd(trailers: Fields?, to output: inout ByteBuffer) {
        output.append("0\r\n")
        if let trailers { HeadEncoder.appendKept(trailers, to: &output) }
        output.append("\r\n")
    }
}
