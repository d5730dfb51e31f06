import Base

/// Which fields an encoder remembers (RFC 7541 §7.1): what comes again, and no secret.
enum IndexingPolicy {
    /// How a field line of `text` is to be encoded.
    @inline(__always)
    static func indexing(of line: FieldLine, _ text: Span<UInt8>) -> HPACKEncoder.Indexing {
        if case .other = line.name { return ofOthers(line, text) }
        if secret.contains(line.name) { return .never }
        return ofOneMessage.contains(line.name) ? .unindexed : .indexed
    }

    private static let secret: FieldNameSet = [
        .authorization, .proxyAuthorization, .proxyAuthenticationInfo, .outriderIdentity,
    ]

    /// What hardly any two messages have in common.
    private static let ofOneMessage: FieldNameSet = [
        .contentLength, .contentRange, .date, .traceparent, .tracestate, .baggage, .b3,
        .xB3TraceID, .xB3SpanID, .xB3ParentSpanID, .xRequestID, .idempotencyKey, .forwarded,
        .xForwardedFor, .xRequestTimeoutMs, .grpcTimeout, .retryAfter, .retryAfterMs,
        .outriderTimeoutMs, .outriderLoad, .secWebSocketKey, .secWebSocketAccept,
    ]

    /// Of fields that have no name of their own here.
    private static func ofOthers(
        _ line: FieldLine,
        _ text: Span<UInt8>
    ) -> HPACKEncoder.Indexing {
        let name = line.nameRange
        for secret in secrets where text.equalsIgnoringCase(secret, name) { return .never }
        for unlike in unlike where text.equalsIgnoringCase(unlike, name) { return .unindexed }
        return .indexed
    }

    private static let secrets: [StaticString] = ["cookie", "set-cookie", "x-api-key", "api-key"]

    private static let unlike: [StaticString] = [
        "age", "etag", "expires", "last-modified", "location", "range", "if-match",
        "if-none-match", "if-range", "if-modified-since", "if-unmodified-since",
    ]
}
