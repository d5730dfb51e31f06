import Base

/// Reads `HTTP-version SP status-code [SP reason-phrase]` (RFC 9112 §4).
///
/// The last space may be missing together with the phrase: many servers leave out both, and
/// nothing is ambiguous about it.
struct StatusLine {
    var version: HTTPVersion
    var status: Int
    var reason: Range<Int>

    @inline(__always)
    init?(_ bytes: Span<UInt8>, _ line: Range<Int>) {
        let digits = line.lowerBound + 9
        guard line.count >= 12, bytes[digits - 1] == 32,
            let version = HTTPVersion(bytes, line.lowerBound..<line.lowerBound + 8),
            let status = Self.status(bytes, digits), status >= 100,
            line.count == 12 || bytes[digits + 3] == 32
        else { return nil }
        self.version = version
        self.status = status
        reason = min(digits + 4, line.upperBound)..<line.upperBound
    }

    /// The three digits from `start` on, which are there, as a number.
    @inline(__always)
    private static func status(_ bytes: Span<UInt8>, _ start: Int) -> Int? {
        let (first, second, third) =
            (bytes[start] &- 48, bytes[start &+ 1] &- 48, bytes[start &+ 2] &- 48)
        guard first < 10, second < 10, third < 10 else { return nil }
        return Int(first) &* 100 &+ Int(second) &* 10 &+ Int(third)
    }
}
