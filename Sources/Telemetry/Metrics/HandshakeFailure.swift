/// Why a handshake of TLS failed: the label `cause`.
package enum HandshakeFailure: UInt8, Sendable, CaseIterable {
    case notTLS
    case plainHTTP
    case version
    case noSharedCipher
    case noProtocol
    case certificateMissing
    case certificateExpired
    case certificateUntrusted
    case certificateName
    case certificateRefused
    case refusedByPeer
    case oversized
    case cutShort
    case timeout
    /// Others needed its room.
    case crowded
    case malformed

    /// Position in the list, for families that hold one cell for each.
    package var index: Int { Int(rawValue) }

    /// As the label writes it.
    package var text: StaticString {
        switch self {
        case .notTLS: "not_tls"
        case .plainHTTP: "plain_http"
        case .version: "version"
        case .noSharedCipher: "no_shared_cipher"
        case .noProtocol: "no_protocol"
        case .certificateMissing: "certificate_missing"
        case .certificateExpired: "certificate_expired"
        case .certificateUntrusted: "certificate_untrusted"
        case .certificateName: "certificate_name"
        case .certificateRefused: "certificate_refused"
        case .refusedByPeer: "refused_by_peer"
        case .oversized: "oversized"
        case .cutShort: "cut_short"
        case .timeout: "timeout"
        case .crowded: "crowded"
        case .malformed: "malformed"
        }
    }
}
