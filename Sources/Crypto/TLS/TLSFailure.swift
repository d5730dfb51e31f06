private import COpenSSL

/// Why a TLS connection could not be made, or broke.
package struct TLSFailure: Error, Sendable, Hashable {
    /// The closed list of causes, as metrics name them.
    package enum Cause: String, Sendable, Hashable, CaseIterable {
        /// What came was no TLS at all.
        case notTLS = "not_tls"
        /// A request in plain HTTP.
        case plainHTTP = "plain_http"
        /// No version that both sides speak.
        case version
        /// No cipher, group or signature that both sides know.
        case noSharedCipher = "no_shared_cipher"
        /// None of the protocols that the client offered (RFC 7301 §3.2).
        case noProtocol = "no_protocol"
        /// The peer showed no certificate, and must.
        case certificateMissing = "certificate_missing"
        case certificateExpired = "certificate_expired"
        /// Nobody vouches for the certificate whom we believe.
        case certificateUntrusted = "certificate_untrusted"
        /// The certificate is of somebody else.
        case certificateName = "certificate_name"
        /// Revoked, malformed, or for another purpose.
        case certificateRefused = "certificate_refused"
        /// The peer broke it off with an alert.
        case refusedByPeer = "refused_by_peer"
        /// More bytes than any handshake needs.
        case oversized
        /// The end came before the handshake's.
        case cutShort = "cut_short"
        /// It took too long.
        case timeout
        /// Whatever else breaks the protocol.
        case malformed
    }

    package let cause: Cause
    /// What to tell an operator; never anything that the peer wrote.
    package let detail: String

    /// A failure that is not OpenSSL's own.
    package init(_ cause: Cause, _ detail: String) {
        self.cause = cause
        self.detail = detail
    }

    /// Takes what OpenSSL has just left on the thread's queue of errors.
    init(verifyResult: Int) {
        let code = ERR_peek_last_error()
        let reason = code == 0 ? 0 : ERR_GET_REASON(code)
        ERR_clear_error()
        if reason == SSL_R_CERTIFICATE_VERIFY_FAILED, verifyResult != Int(X509_V_OK) {
            cause = Self.cause(ofVerification: Int32(clamping: verifyResult))
            detail = X509_verify_cert_error_string(verifyResult).map { String(cString: $0) } ?? ""
        } else {
            cause = Self.cause(ofReason: reason)
            detail = ERR_reason_error_string(code).map { String(cString: $0) } ?? "protocol error"
        }
    }

    private static func cause(ofReason reason: Int32) -> Cause {
        switch reason {
        case SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST: .plainHTTP
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_UNKNOWN_PROTOCOL, SSL_R_BAD_RECORD_TYPE,
            SSL_R_PACKET_LENGTH_TOO_LONG:
            .notTLS
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_VERSION_TOO_LOW, SSL_R_VERSION_TOO_HIGH,
            SSL_R_UNSUPPORTED_SSL_VERSION, SSL_R_INAPPROPRIATE_FALLBACK:
            .version
        case SSL_R_NO_SHARED_CIPHER, SSL_R_NO_SUITABLE_KEY_SHARE, SSL_R_NO_SUITABLE_GROUPS,
            SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS, SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM,
            SSL_R_WRONG_CIPHER_RETURNED, SSL_R_NO_SHARED_GROUPS:
            .noSharedCipher
        case SSL_R_NO_APPLICATION_PROTOCOL: .noProtocol
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: .certificateMissing
        case let alert where alert >= alertBase && alert < alertBase + 256: .refusedByPeer
        default: .malformed
        }
    }

    /// Reasons above it are alerts that the peer sent (OpenSSL's `SSL_AD_REASON_OFFSET`).
    private static let alertBase = SSL_AD_REASON_OFFSET

    private static func cause(ofVerification result: Int32) -> Cause {
        switch result {
        case X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID: .certificateExpired
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH,
            X509_V_ERR_EMAIL_MISMATCH:
            .certificateName
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_UNTRUSTED,
            X509_V_ERR_CERT_SIGNATURE_FAILURE:
            .certificateUntrusted
        default: .certificateRefused
        }
    }
}

extension TLSFailure: CustomStringConvertible {
    package var description: String { "\(detail) (\(cause.rawValue))" }
}
