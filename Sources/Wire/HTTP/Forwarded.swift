package import Base

/// Writes who asked into the forwarding fields, behind what trusted peers said before.
package enum Forwarded {
    /// Appends the value of `x-forwarded-for`: earlier values joined, then the peer.
    ///
    /// `earlier` gives the fields as they came, those marked as dropped too, or `nil` when
    /// nothing that came is believed.
    package static func appendXForwardedFor(
        earlier: Fields?,
        peer: Span<UInt8>,
        to output: inout ByteBuffer
    ) {
        appendEarlier(.xForwardedFor, earlier, to: &output)
        output.append(peer)
    }

    /// Appends the value of `forwarded` (RFC 7239 §4): earlier elements, then one of our own.
    ///
    /// `host` is a range of `hostBytes`, `proto` the scheme; an empty host is left out.
    package static func appendForwarded(
        earlier: Fields?,
        peer: Span<UInt8>,
        host: Range<Int>,
        of hostBytes: Span<UInt8>,
        proto: StaticString,
        to output: inout ByteBuffer
    ) {
        appendEarlier(.forwarded, earlier, to: &output)
        output.append("for=")
        appendNode(peer, to: &output)
        if !host.isEmpty {
            output.append(";host=")
            appendValue(hostBytes, host, to: &output)
        }
        output.append(";proto=")
        output.append(proto)
    }

    private static func appendEarlier(
        _ name: FieldName,
        _ fields: Fields?,
        to output: inout ByteBuffer
    ) {
        guard let fields, fields.namesThatCame.contains(name) else { return }
        for line in fields.lines where line.name == name {
            if line.valueRange.isEmpty { continue }
            output.append(fields.bytes.span, line.valueRange)
            output.append(", ")
        }
    }

    /// An IPv6 address stands in brackets, and brackets need quotes (RFC 7239 §6).
    private static func appendNode(_ peer: Span<UInt8>, to output: inout ByteBuffer) {
        if peer.isEmpty {
            output.append("unknown")
        } else if peer.firstColon(from: 0, to: peer.count) < peer.count {
            output.append("\"[")
            output.append(peer)
            output.append("]\"")
        } else {
            appendValue(peer, 0..<peer.count, to: &output)
        }
    }

    /// A token as it is, anything else as a quoted string (RFC 9110 §5.6.4).
    private static func appendValue(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        to output: inout ByteBuffer
    ) {
        if bytes.tokenEnd(from: range.lowerBound, to: range.upperBound) == range.upperBound {
            output.append(bytes, range)
            return
        }
        output.append(UInt8(ascii: "\""))
        for index in range {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                output.append(UInt8(ascii: "\\"))
            }
            output.append(byte)
        }
        output.append(UInt8(ascii: "\""))
    }
}
