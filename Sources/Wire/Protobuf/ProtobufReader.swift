import Base

/// Reads one message of protobuf field by field, without its schema (protobuf.dev, "Encoding").
///
/// Of a field that stands twice the last counts, and unknown fields are to be passed over: both
/// is up to the caller, who sees every field where it lies.
package struct ProtobufReader {
    package enum Failure: Error, Sendable, Hashable {
        /// A field is cut short.
        case truncated
        /// A number is longer than ten bytes or wider than 64 bits.
        case oversizedNumber
        /// A field has the number 0 or one above 2^29 - 1.
        case invalidField
        /// A group, which nobody writes any more, or a kind that does not exist.
        case unsupportedKind
    }

    package enum Value: Sendable, Hashable {
        case number(UInt64)
        /// Text, bytes or a message, where it lies.
        case bytes(Range<Int>)
        /// Four or eight bytes in little-endian order, where they lie.
        case fixed(Range<Int>)
    }

    package struct Field: Sendable, Hashable {
        package let number: UInt32
        package let value: Value
    }

    private var index: Int
    private let end: Int

    /// Reads the message that `range` of the bytes holds, which are lent again to `next`.
    package init(_ range: Range<Int>) {
        index = range.lowerBound
        end = range.upperBound
    }

    /// The next field, or `nil` at the end of the message.
    package mutating func next(_ bytes: Span<UInt8>) throws(Failure) -> Field? {
        guard index < end else { return nil }
        let tag = try number(bytes)
        let field = tag >> 3
        guard field >= 1, field <= 0x1fff_ffff else { throw .invalidField }
        let value: Value
        switch tag & 7 {
        case 0: value = .number(try number(bytes))
        case 1: value = .fixed(try take(8))
        case 2: value = .bytes(try take(try number(bytes)))
        case 5: value = .fixed(try take(4))
        default: throw .unsupportedKind
        }
        return Field(number: UInt32(truncatingIfNeeded: field), value: value)
    }

    /// Seven bits a byte, the lowest first; the highest bit says that more follow.
    private mutating func number(_ bytes: Span<UInt8>) throws(Failure) -> UInt64 {
        var number: UInt64 = 0
        for place in 0..<UInt64(10) {
            guard index < end else { throw .truncated }
            let byte = bytes[index]
            index += 1
            // Of the tenth byte only one bit has a place left.
            guard place < 9 || byte <= 1 else { throw .oversizedNumber }
            number |= UInt64(byte & 0x7f) << (7 * place)
            if byte < 0x80 { return number }
        }
        throw .oversizedNumber
    }

    private mutating func take(_ count: UInt64) throws(Failure) -> Range<Int> {
        guard count <= UInt64(end - index) else { throw .truncated }
        let start = index
        index += Int(count)
        return start..<index
    }
}
