import Base

/// Reads `method SP request-target SP HTTP-version` (RFC 9112 §3).
enum RequestLine {
    typealias Failure = RequestHeadParser.Failure

    /// Registered methods have at most 17 characters.
    static let longestMethod = 32

    /// Reads the line as most come: `METHOD /target HTTP/1.1`, all of it there and well formed.
    ///
    /// Returns where its CR stands; `nil` for anything else, which `parse` judges.
    @inline(__always)
    static func parseUsual(
        _ input: Span<UInt8>,
        maximumTarget: Int,
        into head: inout RequestHead
    ) -> Int? {
        let isGet = input.has("GET ", at: 0)
        let methodEnd = isGet ? 3 : input.tokenEnd(from: 0, to: input.count)
        let start = methodEnd &+ 1
        guard methodEnd > 0, methodEnd <= longestMethod, start &+ 12 <= input.count,
            input[methodEnd] == 32, input[start] == UInt8(ascii: "/")
        else { return nil }
        let (pathEnd, end) = RequestTarget.ends(input, from: start, to: input.count)
        guard end &- start <= maximumTarget, end &+ 11 <= input.count, input[end] == 32,
            input.has("HTTP/1.1\r\n", at: end &+ 1)
        else { return nil }
        let method = isGet ? .get : Method(input, 0..<methodEnd)
        // Its target has a form of its own.
        if method == .connect { return nil }
        head.method = method
        head.methodRange = 0..<methodEnd
        head.target = start..<end
        head.path = start..<pathEnd
        head.startLine = 0..<end &+ 11
        return end &+ 9
    }

    @inline(__always)
    static func parse(
        _ input: Span<UInt8>,
        _ line: Range<Int>,
        maximumTarget: Int,
        into head: inout RequestHead
    ) throws(Failure) {
        let methodEnd = input.tokenEnd(from: line.lowerBound, to: line.upperBound)
        let methodRange = line.lowerBound..<methodEnd
        // The shortest rest is ` / HTTP/1.1`.
        let versionStart = line.upperBound - 8
        guard !methodRange.isEmpty, methodRange.count <= longestMethod,
            methodEnd + 2 < versionStart, input[methodEnd] == 32, input[versionStart - 1] == 32
        else { throw .malformedRequestLine }
        let minor = try minorVersion(input, versionStart, method: methodRange)
        let targetRange = methodEnd + 1..<versionStart - 1
        guard targetRange.count <= maximumTarget else { throw .uriTooLong }
        let method = Method(input, methodRange)
        guard let target = RequestTarget(input, targetRange, method) else {
            throw .malformedTarget
        }
        head.method = method
        head.methodRange = methodRange
        head.minorVersion = minor
        head.target = target.forwarded
        head.path = target.path
        head.isTargetImplied = target.isImplied
        head.isSecureScheme = target.isSecure
        if let authority = target.authority {
            head.authority = authority
            head.isAuthorityInTarget = true
        }
    }

    /// `HTTP/1.0` gives 0 and any other HTTP/1 gives 1 (RFC 9110 §2.5).
    private static func minorVersion(
        _ input: Span<UInt8>,
        _ start: Int,
        method: Range<Int>
    ) throws(Failure) -> UInt8 {
        guard let version = HTTPVersion(input, start..<start + 8) else {
            throw .malformedRequestLine
        }
        if version.major == 1 { return version.minor == 0 ? 0 : 1 }
        let isPreface = version.major == 2 && input.equals("PRI", method)
        throw isPreface ? .http2Preface : .unsupportedVersion
    }
}
