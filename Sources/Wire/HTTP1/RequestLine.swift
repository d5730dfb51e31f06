import Base

/// Reads `method SP request-target SP HTTP-version` (RFC 9112 §3).
enum RequestLine {
    typealias Failure = RequestHeadParser.Failure

    /// Registered methods have at most 17 characters.
    static let longestMethod = 32

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
        if let authority = target.authority { head.authority = authority }
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
