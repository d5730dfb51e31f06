/// How the end of a message body is found (RFC 9112 §6.3).
package enum BodyFraming: Sendable, Hashable {
    case none
    /// At most 2^63 - 1 bytes, so that the number also fits an index.
    case length(UInt64)
    case chunked
    /// Responses only: the peer marks the end by closing.
    case untilClose
}
