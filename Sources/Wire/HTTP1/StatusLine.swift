import Base

/// Reads `HTTP-version SP status-code [SP reason-phrase]` (RFC 9112 §4).
///
/// The last space may be missing together with the phrase: many servers leave out both, and
/// nothing is ambiguous about it.
struct StatusLine {
    var version: HTTPVersion
    var status: Int
    var reason: Range<Int>

    /// Reads the line as most come, `HTTP/1.1 200 OK`, all of it there; yields where it ends.
    ///
    /// `nil` for anything else, which `init` judges.
    @inline(__always)
    static func parseUsual(
        _ input: Span<UInt8>,
        maximumSize: Int,
        into head: inout ResponseHead
    ) -> Int? {
        guard input.has("HTTP/1.1 200 OK\r\n", at: 0), maximumSize >= 17 else { return nil }
        head.status = 200
        head.reasonRange = 13..<15
        head.startLine = 0..<17
        return 17
    }

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
