import Base

/// The four forms of a request target (RFC 9112 §3.2), read into ranges.
///
/// Refused: white space, controls, `#`, bytes beyond ASCII, userinfo, schemes other than http
/// and https, and any form that its method does not allow.
struct RequestTarget {
    /// Path and query as they are forwarded.
    var forwarded: Range<Int>
    /// `forwarded` without its query.
    var path: Range<Int>
    /// Of the absolute and the authority form only.
    var authority: Range<Int>?
    /// Whether an absolute form had no path.
    var isImplied = false
    /// Whether an absolute form says https.
    var isSecure = false

    /// `nil` when the target is malformed.
    init?(_ bytes: Span<UInt8>, _ range: Range<Int>, _ method: Method) {
        forwarded = range
        path = range
        authority = nil
        guard !range.isEmpty, method != .connect else {
            // The authority form belongs to CONNECT and to nothing else (§3.2.3).
            guard method == .connect, Authority.isValidWithPort(bytes, range) else { return nil }
            authority = range
            return
        }
        let first = bytes[range.lowerBound]
        if first == UInt8(ascii: "/") {
            guard readPath(bytes, from: range.lowerBound) else { return nil }
        } else if first == UInt8(ascii: "*"), range.count == 1 {
            // The asterisk form belongs to OPTIONS (§3.2.4).
            guard method == .options else { return nil }
        } else {
            guard readAbsolute(bytes, range) else { return nil }
        }
    }

    /// Where the path begins is known; finds its end and checks every byte to the end.
    @inline(__always)
    private mutating func readPath(_ bytes: Span<UInt8>, from start: Int) -> Bool {
        let end = forwarded.upperBound
        let (pathEnd, targetEnd) = Self.ends(bytes, from: start, to: end)
        forwarded = start..<end
        path = start..<pathEnd
        return targetEnd == end
    }

    /// Where the path that starts at `start` ends, and where its query does.
    ///
    /// The query begins at the first `?` and holds any more. Both end at the first byte that no
    /// target holds: a control, white space, `#`, or one beyond ASCII.
    @inline(__always)
    static func ends(
        _ bytes: Span<UInt8>,
        from start: Int,
        to end: Int
    ) -> (path: Int, target: Int) {
        let pathEnd = bytes.plainTargetEnd(from: start, to: end)
        let hasQuery = pathEnd < end && bytes[pathEnd] == UInt8(ascii: "?")
        return (pathEnd, hasQuery ? queryEnd(bytes, from: pathEnd, to: end) : pathEnd)
    }

    private static func queryEnd(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
        var index = start
        while index < end, bytes[index] == UInt8(ascii: "?") {
            index = bytes.plainTargetEnd(from: index &+ 1, to: end)
        }
        return index
    }

    private mutating func readAbsolute(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard let start = schemeEnd(bytes, range) else { return false }
        isSecure = start - range.lowerBound == 8
        var index = start
        while index < range.upperBound, bytes[index] != UInt8(ascii: "/"),
            bytes[index] != UInt8(ascii: "?")
        { index += 1 }
        guard Authority.isValid(bytes, start..<index) else { return false }
        authority = start..<index
        isImplied = index == range.upperBound || bytes[index] == UInt8(ascii: "?")
        return readPath(bytes, from: index)
    }

    private func schemeEnd(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        let start = range.lowerBound
        for (scheme, count): (StaticString, Int) in [("http://", 7), ("https://", 8)]
        where range.count > count
            && bytes.equalsIgnoringCase(scheme, start..<start + count)
        {
            return start + count
        }
        return nil
    }
}
