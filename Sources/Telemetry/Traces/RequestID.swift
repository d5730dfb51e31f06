import Base

/// `x-request-id`: kept when it is sane; `RequestRecord` makes one otherwise.
package enum RequestID {
    /// The most characters of an identifier that is kept.
    package static let lengthMax = 128

    /// Whether the bytes in `range` may be passed on, logged and shown as they are.
    ///
    /// 1 to 128 letters, digits and marks that need no escaping in JSON, in a URL's path or in a
    /// shell: whoever chose them cannot forge anything with them.
    package static func isSane(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard !range.isEmpty, range.count <= lengthMax, range.upperBound <= bytes.count else {
            return false
        }
        for index in range where !isAllowed(bytes[index]) { return false }
        return true
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        if ASCII.isLetter(byte) || ASCII.isDigit(byte) { return true }
        return switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ":"),
            UInt8(ascii: "/"), UInt8(ascii: "+"), UInt8(ascii: "="), UInt8(ascii: "@"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
