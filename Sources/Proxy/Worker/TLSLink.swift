import Access
import Base
import Crypto
import Telemetry

/// What a connection over TLS has besides its bytes.
///
/// In a box, which a plain connection does without. It belongs to one worker and is held by its
/// connection's outbox alone.
final class TLSLink {
    /// Ciphertext that may wait; a peer that makes us say more and takes none of it is cut off.
    static let sealedMost = 1 << 20

    let session: TLSSession
    /// Ciphertext that the kernel has not taken yet.
    var sealed = ByteBuffer()
    /// The peer said that nothing more will come: its end is no accident.
    var isClosed = false
    /// Its handshake has been counted, however it ended.
    var isCounted = false
    /// Who has shown a certificate, by whose word, once that was asked.
    private var holder: (principal: Principal?, gatekeeper: Gatekeeper)?
    /// Any byte has come.
    var hasBegun = false

    init(_ session: TLSSession) {
        self.session = session
    }

    /// Who has shown a certificate; the same object for all requests of the connection.
    func principal(by gatekeeper: Gatekeeper) -> Principal? {
        if let holder, holder.gatekeeper === gatekeeper { return holder.principal }
        let principal = session.peerCertificate.flatMap { gatekeeper.principal(of: $0) }
        holder = (principal, gatekeeper)
        return principal
    }
}

extension HandshakeFailure {
    /// The label of a cause.
    init(_ cause: TLSFailure.Cause) {
        switch cause {
        case .notTLS: self = .notTLS
        case .plainHTTP: self = .plainHTTP
        case .version: self = .version
        case .noSharedCipher: self = .noSharedCipher
        case .noProtocol: self = .noProtocol
        case .certificateMissing: self = .certificateMissing
        case .certificateExpired: self = .certificateExpired
        case .certificateUntrusted: self = .certificateUntrusted
        case .certificateName: self = .certificateName
        case .certificateRefused: self = .certificateRefused
        case .refusedByPeer: self = .refusedByPeer
        case .oversized: self = .oversized
        case .cutShort: self = .cutShort
        case .timeout: self = .timeout
        case .malformed: self = .malformed
        }
    }
}
