import Base

/// The field names that this product reads or writes; a closed list.
///
/// The raw value fits a bit of `Fields`' presence set, so there are at most 64.
package enum FieldName: UInt8, Sendable, CaseIterable {
    // message framing and the connection (RFC 9110, RFC 9112)
    case host, connection, contentLength, transferEncoding, te, trailer, upgrade, keepAlive
    case proxyConnection, expect, maxForwards, http2Settings
    // where a request came from and through whom
    case via, forwarded, xForwardedFor, xForwardedProto, xForwardedHost
    // traces
    case traceparent, tracestate, baggage
    case b3, xB3TraceID, xB3SpanID, xB3ParentSpanID, xB3Sampled, xB3Flags
    // identity, deadline, order and repetition of a request
    case xRequestID, xRequestTimeoutMs, grpcTimeout, priority, idempotencyKey
    case retryAfter, retryAfterMs, xShouldRetry
    // what the content is
    case contentType, contentEncoding, contentRange, accept, grpcStatus
    case date, server, userAgent, altSvc, cacheControl, proxyStatus
    // credentials
    case authorization, proxyAuthenticate, proxyAuthorization,
        proxyAuthenticationInfo
    case secWebSocketKey, secWebSocketVersion, secWebSocketAccept
    // our own
    case outriderTimeoutMs, outriderAttempt, outriderIdentity, outriderLoad, outriderProcessed
    /// Any other name that reads `x-outrider-…` once case, `-`, `_` and `.` are folded.
    case outriderOther
    /// Any name that is not in this list.
    case other

    /// The name that the bytes in `range` spell, without regard to case.
    ///
    /// The bytes must be a token: folding by one bit is exact only there.
    package init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        self = Self.listed(bytes, range) ?? Self.unlisted(bytes, range)
    }

    /// The listed name that the bytes in `range` spell, without regard to case.
    ///
    /// They need be no token, but hold no control character: then what is found is one, as
    /// folding by one bit confuses no other bytes with those of a listed name.
    @inline(__always)
    static func listed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> FieldName? {
        FieldNameTable.find(FieldNameTable.Key(bytes, range))
    }

    /// What a token is that names nothing in the list.
    static func unlisted(_ bytes: Span<UInt8>, _ range: Range<Int>) -> FieldName {
        readsOutrider(bytes, range) ? .outriderOther : .other
    }

    /// The name as we write it: lower case; empty for `outriderOther` and `other`.
    package var text: StaticString {
        for entry in FieldNameTable.names where entry.name == self { return entry.text }
        return ""
    }

    /// Whether the name is `x-outrider-` and more, however its separators are written.
    private static func readsOutrider(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count > 11, bytes[range.lowerBound] | 0x20 == UInt8(ascii: "x"),
            isSeparator(bytes[range.lowerBound + 1]), isSeparator(bytes[range.lowerBound + 10])
        else { return false }
        let word = range.lowerBound + 2..<range.lowerBound + 10
        return bytes.equalsIgnoringCase("outrider", word)
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
    }
}
