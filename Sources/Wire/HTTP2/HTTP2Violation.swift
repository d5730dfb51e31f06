/// What a peer did that ends the connection (RFC 9113 §5.4.1).
enum HTTP2Violation: Error {
    case connection(HTTP2ErrorCode)
    case abuse(HTTP2Abuse)
}
