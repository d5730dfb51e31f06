import Base

/// The bounds of `baggage` (W3C Baggage §3.3.2); what is in it is between client and model.
enum Baggage {
    /// The most members in all lines together that are passed on.
    static let membersMax = 64
    /// The most bytes in all lines together that are passed on.
    static let bytesMax = 8_192

    /// How many members the list in `range` has; empty ones do not count.
    static func members(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        var members = 0
        var isInMember = false
        for index in range {
            let byte = bytes[index]
            if byte == UInt8(ascii: ",") {
                isInMember = false
            } else if !isInMember, !ASCII.isBlank(byte) {
                isInMember = true
                members += 1
            }
        }
        return members
    }
}
