import Base

/// `HTTP/x.y`: a name in capitals and one digit on either side of the dot (RFC 9112 §2.3).
struct HTTPVersion {
    var major: UInt8
    var minor: UInt8

    @inline(__always)
    init?(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        guard range.count == 8, range.upperBound <= bytes.count,
            bytes.equals("HTTP/", range.lowerBound..<range.lowerBound + 5),
            bytes[range.lowerBound + 6] == UInt8(ascii: ".")
        else { return nil }
        major = bytes[range.lowerBound + 5] &- 48
        minor = bytes[range.lowerBound + 7] &- 48
        guard major < 10, minor < 10 else { return nil }
    }
}
