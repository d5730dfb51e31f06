private import COpenSSL

/// What was agreed on, and with whom; known once the handshake is over.
extension TLSSession {
    /// The protocol that both want.
    package var alpn: ALPN? {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(ssl, &name, &count)
        let text = String(
            decoding: UnsafeBufferPointer(start: name, count: Int(count)),
            as: UTF8.self
        )
        return ALPN(rawValue: text)
    }

    /// The name that the client asked for (RFC 6066 §3).
    package var serverName: String? {
        SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) }
    }

    /// Whether keys and certificates are those of an earlier connection.
    package var isResumed: Bool { SSL_session_reused(ssl) == 1 }

    /// The version in use.
    package var version: TLSVersion? { TLSVersion(number: SSL_version(ssl)) }

    /// Who the peer is, if it has shown it; verified, unless a client was told not to.
    package var peerCertificate: Certificate? {
        SSL_get0_peer_certificate(ssl).map { Certificate($0) }
    }
}
