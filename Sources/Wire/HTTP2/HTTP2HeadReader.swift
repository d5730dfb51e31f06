import Base

/// Turns decoded field blocks into heads in the shape that HTTP/1.1 gives them (RFC 9113 §8).
///
/// What comes out obeys the rules of HTTP/1.1 too: written as text it would be read as the same
/// message by anybody. What cannot be such a message is refused, never repaired.
package enum HTTP2HeadReader {
    package enum Failure: Error, Sendable, Hashable {
        /// It is no message: a stream error, PROTOCOL_ERROR (§8.1.1).
        case malformed(Malformed)
        /// It is one that gets an answer, the same as in HTTP/1.
        case refused(RequestHeadParser.Failure)
    }

    /// What makes a message malformed.
    package enum Malformed: Sendable, Hashable, CaseIterable {
        /// Unknown, repeated, missing, behind a regular field or of the other kind (§8.3).
        case pseudoField
        case method
        case scheme
        case path
        /// Neither `:authority` nor `host`, both with different values, or no host (§8.3.1).
        case authority
        /// Not `:status` with three digits, or 101 (§8.3.2, §8.6).
        case status
        /// No token, or not in lower case (§8.2.1).
        case fieldName
        /// With a control character, or with white space at an end (§8.2.1).
        case fieldValue
        /// It concerns one connection of HTTP/1, or `te` says more than `trailers` (§8.2.2).
        case connectionField
        /// No number, more than one, or another than the content has (§8.1.1).
        case contentLength
        /// Trailers, or a head that others follow, must or must not end the stream (§8.1).
        case streamEnd
    }

    /// Reads the trailers of a message into `fields`, those that may not stand there as dropped.
    package static func readTrailers(
        _ block: borrowing FieldBlock,
        into fields: inout Fields
    ) throws(Failure) {
        fields.reset()
        // HTTP/1 has no answer to trailers beyond their limit either: the message is broken.
        if block.isTooLarge { throw .refused(.headTooLarge) }
        let lines = block.lines
        try block.withBytes { bytes throws(Failure) in
            for line in lines {
                try appendRegular(bytes, line, to: &fields) { TrailerRules.isForbidden($0, bytes) }
            }
            fields.bytes.replace(with: bytes)
        }
    }

    /// Reads all lines: pseudo-header fields into the result, the others into `fields`.
    @inline(__always)
    static func readLines(
        _ block: borrowing FieldBlock,
        into fields: inout Fields
    ) throws(Failure) -> PseudoFields {
        if block.isTooLarge { throw .refused(.headTooLarge) }
        var pseudo = PseudoFields()
        let lines = block.lines
        try block.withBytes { bytes throws(Failure) in
            for line in lines {
                if !line.name.isEmpty, bytes[line.name.lowerBound] == UInt8(ascii: ":") {
                    // All of them stand before the first of the others (§8.3).
                    guard fields.lineCount == 0, pseudo.take(bytes, line) else {
                        throw .malformed(.pseudoField)
                    }
                } else {
                    try appendRegular(bytes, line, to: &fields) { _ in false }
                }
            }
            fields.bytes.replace(with: bytes)
        }
        return pseudo
    }

    /// Appends a field that is none of the pseudo-header fields, once it was judged (§8.2).
    @inline(__always)
    private static func appendRegular(
        _ bytes: Span<UInt8>,
        _ line: FieldBlock.Line,
        to fields: inout Fields,
        isDropped: (FieldLine) -> Bool
    ) throws(Failure) {
        let (name, value) = (line.name, line.value)
        guard isName(bytes, name) else { throw .malformed(.fieldName) }
        // The first control character of the line is the CR that ends it.
        guard bytes.firstControl(from: name.lowerBound) == value.upperBound,
            value.isEmpty
                || !ASCII.isBlank(bytes[value.lowerBound])
                    && !ASCII.isBlank(bytes[value.upperBound &- 1])
        else { throw .malformed(.fieldValue) }
        let known = FieldName.listed(bytes, name) ?? FieldName.unlisted(bytes, name)
        switch known {
        case .connection, .keepAlive, .proxyConnection, .transferEncoding, .upgrade:
            throw .malformed(.connectionField)
        case .te:
            guard bytes.equalsIgnoringCase("trailers", value) else {
                throw .malformed(.connectionField)
            }
        default: break
        }
        var line = FieldLine(known, line: line.range, nameEnd: name.upperBound, value: value)
        line.isDropped = isDropped(line)
        fields.append(line)
    }

    /// Whether the name is a token in lower case (§8.2.1).
    @inline(__always)
    private static func isName(_ bytes: Span<UInt8>, _ name: Range<Int>) -> Bool {
        var index = name.lowerBound
        while true {
            index = bytes.lowercaseNameEnd(from: index, to: name.upperBound)
            if index == name.upperBound { return !name.isEmpty }
            let byte = bytes[index]
            guard ASCII.isToken(byte), ASCII.lowercased(byte) == byte else { return false }
            index &+= 1
        }
    }

    /// What `content-length` says; `nil` without one.
    static func contentLength(_ fields: Fields) throws(Failure) -> UInt64? {
        do throws(MessageLength.Failure) {
            guard case .length(let length) = try MessageLength.read(fields, minorVersion: 1) else {
                return nil
            }
            return length
        } catch {
            throw .malformed(.contentLength)
        }
    }

    /// How a body ends that the end of the stream tells (§8.1): chunks stand for any length.
    static func framing(_ length: UInt64?, endsStream: Bool) throws(Failure) -> BodyFraming {
        if endsStream {
            guard length ?? 0 == 0 else { throw .malformed(.contentLength) }
            return .none
        }
        guard let length else { return .chunked }
        return .length(length)
    }
}
