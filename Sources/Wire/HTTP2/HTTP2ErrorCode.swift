/// Why a stream or a connection ended (RFC 9113 §7).
package enum HTTP2ErrorCode: UInt32, Sendable, CaseIterable {
    case noError = 0
    case protocolError
    case internalError
    case flowControlError
    case settingsTimeout
    case streamClosed
    case frameSizeError
    /// The peer did nothing with the stream: its request may be sent again (RFC 9113 §8.7).
    case refusedStream
    case cancel
    case compressionError
    case connectError
    case enhanceYourCalm
    case inadequateSecurity
    case http11Required

    /// What a peer wrote; a code that nobody knows counts as an internal error.
    package init(wire number: UInt32) {
        self = Self(rawValue: number) ?? .internalError
    }
}
