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

    private static var secret: FieldNameSet {
        FieldNameSet(of: [
            .authorization, .proxyAuthorization, .proxyAuthenticationInfo, .outriderIdentity,
        ])
    }

    /// What hardly any two messages have in common.
    private static var ofOneMessage: FieldNameSet {
        FieldNameSet(of: [
            .contentLength, .contentRange, .date, .traceparent, .tracestate, .baggage, .b3,
            .xB3TraceID, .xB3SpanID, .xB3ParentSpanID, .xRequestID, .idempotencyKey, .forwarded,
            .xForwardedFor, .xRequestTimeoutMs, .grpcTimeout, .retryAfter, .retryAfterMs,
            .outriderTimeoutMs, .outriderLoad, .secWebSocketKey, .secWebSocketAccept,
        ])
    }

    /// Of fields that have no name of their own here.
    private static func ofOthers(
        _ line: FieldLine,
        _ text: Span<UInt8>
    ) -> HPACKEncoder.Indexing {
        let name = line.nameRange
        func isOne(_ one: StaticString) -> Bool { text.equalsIgnoringCase(one, name) }
        switch name.count {
        case 6 where isOne("cookie"): return .never
        case 7 where isOne("api-key"): return .never
        case 9 where isOne("x-api-key"): return .never
        case 10 where isOne("set-cookie"): return .never
        case 3 where isOne("age"): return .unindexed
        case 4 where isOne("etag"): return .unindexed
        case 5 where isOne("range"): return .unindexed
        case 7 where isOne("expires"): return .unindexed
        case 8 where isOne("location") || isOne("if-match") || isOne("if-range"):
            return .unindexed
        case 13 where isOne("last-modified") || isOne("if-none-match"): return .unindexed
        case 17 where isOne("if-modified-since"): return .unindexed
        case 19 where isOne("if-unmodified-since"): return .unindexed
        default: return .indexed
        }
    }
}
