import Base

/// The urgency in a `priority` field (RFC 9218 §4.1): 0 is first, 7 is last.
package enum Priority {
    /// What a request without the field has.
    package static let standard: UInt8 = 3

    /// Reads `u=0` to `u=7`; the last of several wins, and anything malformed is the standard.
    ///
    /// Other members, such as `i`, are passed over (RFC 9218 §4: unknown parameters are ignored).
    package static func parse(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt8 {
        var urgency = standard
        var elements = ListElements(range)
        while let element = elements.next(bytes) {
            guard element.count >= 2, bytes[element.lowerBound] == UInt8(ascii: "u"),
                bytes[element.lowerBound + 1] == UInt8(ascii: "=")
            else { continue }
            urgency = value(bytes, element.lowerBound + 2..<element.upperBound)
        }
        return urgency
    }

    /// A single digit, perhaps with parameters behind it, which mean nothing here.
    private static func value(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt8 {
        guard let first = range.first, bytes[first] &- 48 < 8 else { return standard }
        let isAlone = range.count == 1 || bytes[first + 1] == UInt8(ascii: ";")
        return isAlone ? bytes[first] - 48 : standard
    }
}
