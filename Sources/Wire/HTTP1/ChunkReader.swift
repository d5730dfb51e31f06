import Base

/// The lines around chunk data, byte by byte and by the letter (RFC 9112 §7.1).
///
///     size ─CR▶ lineFeed ─LF▶ (data) ─▶ dataReturn ─CR▶ dataFeed ─LF▶ size
///      │ ;        ▲                                          size 0 ─▶ trailers
///      ▼          │CR
///     name ─=▶ value | quoted     white space is refused everywhere outside quotes
struct ChunkReader: Sendable {
    typealias Failure = BodyDecoder.Failure

    static let maximumExtension: UInt16 = 4_096
    static let maximumExtensions: UInt16 = 16_384

    private enum State: UInt8 {
        case size, nameStart, name, valueStart, value, quoted, escaped, quoteEnd
        case lineFeed, dataReturn, dataFeed, trailers
    }

    private var state = State.size
    private var digits: UInt8 = 0
    /// Extension bytes of this chunk, and of the body.
    private var extensionCount: UInt16 = 0
    private var extensionTotal: UInt16 = 0
    private var size: UInt64 = 0

    var isInTrailers: Bool { state == .trailers }

    /// All of the chunk's data has been taken; its CRLF comes next.
    mutating func dataEnded() {
        state = .dataReturn
    }

    /// Takes one byte; the size of the chunk whose data begins after it, else `nil`.
    mutating func read(_ byte: UInt8) throws(Failure) -> UInt64? {
        switch state {
        case .size: try readSize(byte)
        case .lineFeed:
            guard byte == 10 else { throw .malformedChunkSize }
            return beginData()
        case .dataReturn:
            guard byte == 13 else { throw .malformedChunkEnd }
            state = .dataFeed
        case .dataFeed:
            guard byte == 10 else { throw .malformedChunkEnd }
            state = .size
        case .trailers: break
        case .nameStart, .name, .valueStart, .value, .quoted, .escaped, .quoteEnd:
            try countExtension()
            try readExtension(byte)
        }
        return nil
    }

    private mutating func readSize(_ byte: UInt8) throws(Failure) {
        if let digit = ASCII.hexValue(byte) {
            guard digits < 16, size >> 59 == 0 else { throw .malformedChunkSize }
            digits += 1
            size = size << 4 | UInt64(digit)
        } else if digits == 0 {
            throw .malformedChunkSize
        } else if byte == 13 {
            state = .lineFeed
        } else if byte == UInt8(ascii: ";") {
            state = .nameStart
        } else {
            throw .malformedChunkSize
        }
    }

    private mutating func beginData() -> UInt64? {
        let begun = size
        state = begun == 0 ? .trailers : .dataReturn
        size = 0
        digits = 0
        extensionCount = 0
        return begun == 0 ? nil : begun
    }

    private mutating func countExtension() throws(Failure) {
        extensionCount += 1
        extensionTotal += 1
        if extensionCount > Self.maximumExtension || extensionTotal > Self.maximumExtensions {
            throw .extensionsTooLarge
        }
    }

    private mutating func readExtension(_ byte: UInt8) throws(Failure) {
        switch state {
        case .nameStart:
            guard ASCII.isToken(byte) else { throw .malformedChunkExtension }
            state = .name
        case .name where byte == UInt8(ascii: "="): state = .valueStart
        case .valueStart where byte == UInt8(ascii: "\""): state = .quoted
        case .valueStart:
            guard ASCII.isToken(byte) else { throw .malformedChunkExtension }
            state = .value
        case .name, .value: if !ASCII.isToken(byte) { try endExtension(byte) }
        case .quoteEnd: try endExtension(byte)
        case .quoted where byte == UInt8(ascii: "\""): state = .quoteEnd
        case .quoted where byte == UInt8(ascii: "\\"): state = .escaped
        case .quoted, .escaped:
            guard byte >= 32 && byte != 0x7f || byte == 9 else { throw .malformedChunkExtension }
            state = .quoted
        case .size, .lineFeed, .dataReturn, .dataFeed, .trailers: break
        }
    }

    private mutating func endExtension(_ byte: UInt8) throws(Failure) {
        switch byte {
        case 13: state = .lineFeed
        case UInt8(ascii: ";"): state = .nameStart
        default: throw .malformedChunkExtension
        }
    }
}
