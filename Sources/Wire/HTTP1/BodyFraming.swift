/// How the end of a message body is found (RFC 9112 §6.3).
package enum BodyFraming: Sendable, Hashable {
    case none
    /// At most 2^63 - 1 bytes, so that the number also fits an index.
    case length(UInt64)
    case chunked
    /// Responses only: the peer marks the end by closing.
    case untilClose

    /// Whether there is no body; cheaper than a comparison.
    package var isNone: Bool {
        if case .none = self { true } else { false }
    }

    /// Whether the body comes in chunks; cheaper than a comparison.
    package var isChunked: Bool {
        if case .chunked = self { true } else { false }
    }

    /// Whether the end of the connection is that of the body; cheaper than a comparison.
    package var isUntilClose: Bool {
        if case .untilClose = self { true } else { false }
    }
}
