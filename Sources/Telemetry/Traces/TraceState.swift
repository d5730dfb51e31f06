import Base

/// Judges `tracestate` lists (W3C Trace Context §3.3) without taking them apart.
enum TraceState {
    /// The most members in all lines together; a longer list is dropped whole.
    static let membersMax = 32
    /// The most bytes in all lines together that are passed on.
    static let bytesMax = 8_192

    /// How many members the list in `range` has, or `nil` when one is malformed.
    ///
    /// Empty members are allowed and not counted.
    static func members(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        var members = 0
        var start = range.lowerBound
        while start <= range.upperBound {
            var end = start
            while end < range.upperBound, bytes[end] != UInt8(ascii: ",") { end += 1 }
            let member = bytes.trimmed(start..<end)
            if !member.isEmpty {
                guard isMember(bytes, member) else { return nil }
                members += 1
            }
            start = end + 1
        }
        return members
    }

    private static func isMember(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var equals = range.lowerBound
        while equals < range.upperBound, bytes[equals] != UInt8(ascii: "=") { equals += 1 }
        guard equals < range.upperBound else { return false }
        return isKey(bytes, range.lowerBound..<equals)
            && isValue(bytes, equals + 1..<range.upperBound)
    }

    /// A name of up to 256 characters, or a tenant of up to 241 `@` a system of up to 14.
    private static func isKey(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var at: Int?
        for index in range where bytes[index] == UInt8(ascii: "@") {
            guard at == nil else { return false }
            at = index
        }
        guard let at else { return isName(bytes, range, max: 256, mayBeginWithDigit: false) }
        return isName(bytes, range.lowerBound..<at, max: 241, mayBeginWithDigit: true)
            && isName(bytes, at + 1..<range.upperBound, max: 14, mayBeginWithDigit: false)
    }

    private static func isName(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        max: Int,
        mayBeginWithDigit: Bool
    ) -> Bool {
        guard !range.isEmpty, range.count <= max else { return false }
        let first = bytes[range.lowerBound]
        guard isLowercase(first) || (mayBeginWithDigit && ASCII.isDigit(first)) else {
            return false
        }
        for index in range {
            let byte = bytes[index]
            let isMark = byte == 0x5f || byte == 0x2d || byte == 0x2a || byte == 0x2f  // _ - * /
            guard isLowercase(byte) || ASCII.isDigit(byte) || isMark else { return false }
        }
        return true
    }

    /// 1 to 256 printable characters without comma and equals sign; a list has no blank at its end.
    private static func isValue(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard !range.isEmpty, range.count <= 256 else { return false }
        for index in range {
            let byte = bytes[index]
            guard byte >= 0x20, byte < 0x7f, byte != UInt8(ascii: "=") else { return false }
        }
        return true
    }

    private static func isLowercase(_ byte: UInt8) -> Bool {
        byte &- 97 < 26
    }
}
