import Base

/// Which fields may not come as trailers (RFC 9110 §6.5.1): they would change a decision taken.
enum TrailerRules {
    /// Framing, routing, credentials, controls and content format are left out of trailers.
    static func isForbidden(_ line: FieldLine, _ bytes: Span<UInt8>) -> Bool {
        switch line.name {
        case .grpcStatus, .proxyStatus: return false
        case .other:
            return others.contains { bytes.equalsIgnoringCase($0, line.nameRange) }
        default: return true
        }
    }

    private static let others: [StaticString] = [
        "accept-encoding", "age", "api-key", "cookie", "expires", "if-match", "if-modified-since",
        "if-none-match", "if-range", "if-unmodified-since", "location", "pragma", "range",
        "set-cookie", "vary", "warning", "www-authenticate",
        "x-api-key",
    ]
}
