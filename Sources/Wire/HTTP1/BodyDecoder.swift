import Base

/// Finds the payload in a message body, whichever way it is framed (RFC 9112 §6, §7.1).
///
/// It copies nothing: it says which bytes of the input are payload. It lives in every
/// connection, so it is small; trailers alone take memory, and only once one arrives.
package struct BodyDecoder: ~Copyable, Sendable {
    package enum Step: Sendable, Hashable {
        /// These bytes of the input are payload.
        case payload(Range<Int>)
        /// All input is used up and the body goes on.
        case needsMore
        /// The body ended before the index; what follows belongs to the next message.
        case complete
    }

    package enum Failure: Error, Sendable, Hashable, CaseIterable {
        /// Not 1 to 16 hexadecimal digits, or beyond 2^63 - 1.
        case malformedChunkSize
        case malformedChunkExtension
        /// The data is not followed by CRLF: it overruns its chunk.
        case malformedChunkEnd
        case malformedTrailer
        /// More than 16 KiB of extensions in one body (4 KiB in one chunk).
        case extensionsTooLarge
        /// More than 16 KiB or 64 lines of trailers.
        case trailersTooLarge
    }

    private enum Kind: UInt8 {
        case length, chunked, untilClose, complete
    }

    private var kind: Kind
    /// Payload bytes still to come of the body or of the current chunk.
    private var remaining: UInt64 = 0
    private var chunk = ChunkReader()
    /// One at most: an array takes a word while none is there, and a decoder is in every connection.
    private var trailerReaders: [TrailerReader] = []

    package init(_ framing: BodyFraming) {
        switch framing {
        case .none, .length(0): kind = .complete
        case .length(let length):
            kind = .length
            remaining = length
        case .chunked: kind = .chunked
        case .untilClose: kind = .untilClose
        }
    }

    /// Whether the whole body has been seen.
    package var isComplete: Bool { kind == .complete }

    /// The trailer fields that came, without those that may not stand there; `nil` if none did.
    package var trailers: Fields? { trailerReaders.first?.fields }

    /// The next stretch of `input` from `index` on, which moves past what was used.
    package mutating func next(
        _ input: Span<UInt8>,
        from index: inout Int
    ) throws(Failure) -> Step {
        switch kind {
        case .complete: return .complete
        case .untilClose:
            guard index < input.count else { return .needsMore }
            let payload = index..<input.count
            index = input.count
            return .payload(payload)
        case .length:
            guard index < input.count else { return .needsMore }
            let payload = take(input, &index)
            if remaining == 0 { kind = .complete }
            return .payload(payload)
        case .chunked: return try nextOfChunks(input, &index)
        }
    }

    /// The peer sends no more; `true` when the body is whole, `false` when it was cut short.
    package mutating func endOfInput() -> Bool {
        if kind == .untilClose { kind = .complete }
        return kind == .complete
    }

    /// Payload that may pass unseen: all that is to come where the framing adds no byte of its
    /// own to it, `UInt64.max` where only the peer's end tells.
    package var passable: UInt64 {
        switch kind {
        case .length: remaining
        case .untilClose: .max
        case .chunked, .complete: 0
        }
    }

    /// Says that `count` bytes of payload passed unseen, at most `passable`.
    package mutating func pass(_ count: Int) {
        guard kind == .length else { return precondition(kind == .untilClose || count == 0) }
        precondition(UInt64(count) <= remaining, "the next message's bytes have passed")
        remaining -= UInt64(count)
        if remaining == 0 { kind = .complete }
    }

    private mutating func take(_ input: Span<UInt8>, _ index: inout Int) -> Range<Int> {
        let count = min(remaining, UInt64(input.count - index))
        remaining -= count
        let start = index
        index += Int(count)
        return start..<index
    }

    private mutating func nextOfChunks(
        _ input: Span<UInt8>,
        _ index: inout Int
    ) throws(Failure) -> Step {
        while index < input.count {
            if remaining > 0 {
                let payload = take(input, &index)
                if remaining == 0 { chunk.dataEnded() }
                return .payload(payload)
            }
            if chunk.isInTrailers {
                guard try readTrailers(input, &index) else { return .needsMore }
                kind = .complete
                return .complete
            }
            if let size = try chunk.read(input[index]) { remaining = size }
            index += 1
        }
        return .needsMore
    }

    /// `true` at the empty line that ends the trailer section.
    private mutating func readTrailers(
        _ input: Span<UInt8>,
        _ index: inout Int
    ) throws(Failure) -> Bool {
        // The usual case: no trailer, both bytes of the empty line here.
        if trailerReaders.isEmpty, index + 1 < input.count, input[index] == 13,
            input[index + 1] == 10
        {
            index += 2
            return true
        }
        var reader = trailerReaders.popLast() ?? TrailerReader()
        let isOver = try reader.read(input, &index)
        let isEmpty = isOver && reader.fields.lines.isEmpty
        if !isEmpty { trailerReaders.append(reader) }
        return isOver
    }
}
