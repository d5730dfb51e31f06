import Base

/// Integers that begin in the low bits of an octet (RFC 7541 §5.1).
enum PrefixInteger {
    /// Octets after the first: 28 bits and what fits the prefix, more than any block holds.
    private static let maximumOctets = 4

    /// The integer in the low `bits` of the octet at `index`, which is there, and those behind it.
    ///
    /// `index` moves past it. `nil` when it is cut short, or written with more octets than a
    /// number that can mean something here needs.
    @inline(__always)
    static func decode(_ bytes: Span<UInt8>, _ index: inout Int, bits: UInt8) -> Int? {
        let most = UInt8(truncatingIfNeeded: 1 &<< Int(bits) &- 1)
        let first = bytes[index] & most
        index &+= 1
        return first < most ? Int(first) : decodeLong(bytes, &index, beyond: Int(most))
    }

    private static func decodeLong(
        _ bytes: Span<UInt8>,
        _ index: inout Int,
        beyond prefix: Int
    ) -> Int? {
        var value = prefix
        for place in 0..<maximumOctets {
            guard index < bytes.count else { return nil }
            let octet = bytes[index]
            index &+= 1
            value &+= Int(octet & 0x7f) &<< (place &* 7)
            if octet < 0x80 { return value }
        }
        return nil
    }

    /// Appends `value` behind the high bits that `pattern` has set, in the low `bits`.
    @inline(__always)
    static func append(_ value: Int, bits: UInt8, pattern: UInt8, to output: inout ByteBuffer) {
        let most = Int(1) &<< Int(bits) &- 1
        if value < most {
            output.append(pattern | UInt8(truncatingIfNeeded: value))
        } else {
            output.append(pattern | UInt8(truncatingIfNeeded: most))
            appendRest(value &- most, to: &output)
        }
    }

    private static func appendRest(_ value: Int, to output: inout ByteBuffer) {
        var rest = value
        while rest >= 0x80 {
            output.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest &>>= 7
        }
        output.append(UInt8(truncatingIfNeeded: rest))
    }
}
