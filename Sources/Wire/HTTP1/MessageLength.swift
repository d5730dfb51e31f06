import Base

/// What the two length fields of a head say (RFC 9112 §6): refused, never repaired.
enum MessageLength {
    /// Neither field is there.
    case absent
    case length(UInt64)
    case chunked

    enum Failure: Error {
        /// Both fields at once, or Content-Length more than once.
        case conflictingLengths
        case malformedLength
        /// A coding that exists but is not spoken here.
        case unsupportedTransferCoding
        case malformedTransferEncoding
    }

    static func read(_ fields: Fields, minorVersion: UInt8) throws(Failure) -> MessageLength {
        guard fields.contains(.transferEncoding) else {
            return fields.contains(.contentLength) ? try contentLength(fields) : .absent
        }
        if fields.contains(.contentLength) { throw .conflictingLengths }
        // HTTP/1.0 has no chunks: whoever sends both is confused or lying (RFC 9112 §6.1).
        guard minorVersion >= 1, fields.hasOne(.transferEncoding),
            let value = fields.first(.transferEncoding)
        else { throw .malformedTransferEncoding }
        if fields.equals(value, "chunked") { return .chunked }
        throw isKnownCoding(fields.bytes.span, value)
            ? .unsupportedTransferCoding : .malformedTransferEncoding
    }

    private static func contentLength(_ fields: Fields) throws(Failure) -> MessageLength {
        guard let value = fields.first(.contentLength) else { return .absent }
        guard fields.hasOne(.contentLength) else { throw .conflictingLengths }
        guard let length = fields.bytes.span.decimal(value), length <= UInt64(Int64.max) else {
            throw .malformedLength
        }
        return .length(length)
    }

    /// Whether `value` names registered codings only, `chunked` at most once and last.
    private static func isKnownCoding(_ bytes: Span<UInt8>, _ value: Range<Int>) -> Bool {
        let known: [StaticString] = [
            "gzip", "x-gzip", "deflate", "compress", "x-compress", "identity",
        ]
        var elements = ListElements(value)
        var found = 0
        var isChunked = false
        while let element = elements.next(bytes) {
            if isChunked { return false }
            found += 1
            isChunked = bytes.equalsIgnoringCase("chunked", element)
            let isKnown = isChunked || known.contains { bytes.equalsIgnoringCase($0, element) }
            if !isKnown { return false }
        }
        return found > 0
    }
}
