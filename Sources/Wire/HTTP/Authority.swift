import Base

/// The syntax of `host[:port]` (RFC 3986 §3.2), without userinfo, which is refused.
enum Authority {
    /// Whether `range` is a non-empty host with an optional port up to 65535.
    @inline(__always)
    static func isValid(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard let hostEnd = hostEnd(bytes, range) else { return false }
        if hostEnd == range.upperBound { return true }
        guard bytes[hostEnd] == UInt8(ascii: ":") else { return false }
        return isPort(bytes, hostEnd + 1..<range.upperBound)
    }

    /// Whether `range` is a host with a port that is not empty, as CONNECT needs it.
    static func isValidWithPort(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard let hostEnd = hostEnd(bytes, range), hostEnd + 1 < range.upperBound else {
            return false
        }
        return isValid(bytes, range)
    }

    @inline(__always)
    private static func hostEnd(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        guard !range.isEmpty else { return nil }
        if bytes[range.lowerBound] == UInt8(ascii: "[") { return literalEnd(bytes, range) }
        var index = bytes.hostNameEnd(from: range.lowerBound, to: range.upperBound)
        while index < range.upperBound, bytes[index] != UInt8(ascii: ":") {
            if bytes[index] == UInt8(ascii: "%") {
                guard isEscape(bytes, index, range.upperBound) else { return nil }
                index += 3
            } else {
                guard isNameByte(bytes[index]) else { return nil }
                index += 1
            }
        }
        return index > range.lowerBound ? index : nil
    }

    /// The end of an IP literal in brackets: hexadecimal digits, colons and dots.
    ///
    /// A zone and the `v` form of RFC 3986 are refused: nobody who asks over HTTP needs them.
    private static func literalEnd(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        var index = range.lowerBound + 1
        var colons = 0
        while index < range.upperBound, bytes[index] != UInt8(ascii: "]") {
            let byte = bytes[index]
            if byte == UInt8(ascii: ":") { colons += 1 }
            let isPart =
                byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
                || ASCII.hexValue(byte) != nil
            guard isPart else { return nil }
            index += 1
        }
        guard index < range.upperBound, colons >= 2, index - range.lowerBound <= 46 else {
            return nil
        }
        return index + 1
    }

    @inline(__always)
    private static func isPort(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count <= 5 else { return false }
        var port: UInt32 = 0
        for index in range {
            let digit = bytes[index] &- 48
            guard digit < 10 else { return false }
            port = port &* 10 &+ UInt32(digit)
        }
        return port <= 65_535
    }

    private static func isEscape(_ bytes: Span<UInt8>, _ index: Int, _ end: Int) -> Bool {
        index + 2 < end && ASCII.hexValue(bytes[index + 1]) != nil
            && ASCII.hexValue(bytes[index + 2]) != nil
    }

    /// unreserved and sub-delims, one bit each (RFC 3986 §2.2, §2.3).
    private static func isNameByte(_ byte: UInt8) -> Bool {
        let low: UInt64 = 0x2bff_7fd2_0000_0000
        let high: UInt64 = 0x47ff_fffe_87ff_fffe
        if byte < 64 { return low >> UInt64(byte) & 1 == 1 }
        return byte < 128 && high >> UInt64(byte - 64) & 1 == 1
    }
}
