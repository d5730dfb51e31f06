private import COpenSSL

/// OpenSSL's settings for connections of one kind; never changed once they are made.
///
/// Shared by all threads: OpenSSL counts references to it atomically and only reads it.
final class TLSContext: Sendable {
    enum Role {
        case server
        case client
    }

    /// The address of OpenSSL's object: a number may cross threads where a pointer may not.
    private let address: UInt

    /// Forward secrecy and authenticated encryption, for TLS 1.2; all of TLS 1.3 has both.
    private static let ciphers = """
        ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:\
        ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:\
        ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305
        """
    private static let groups = "X25519:P-256:P-384"
    /// No digest below SHA-256.
    private static let signatures = """
        ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519:\
        RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:RSA+SHA256:RSA+SHA384:RSA+SHA512
        """

    init(_ role: Role, minimumVersion: TLSVersion) {
        precondition(outrider_init_tls() == 1, "OpenSSL cannot begin without memory")
        let context = SSL_CTX_new(role == .server ? TLS_server_method() : TLS_client_method())
        precondition(context != nil, "OpenSSL cannot begin without memory")
        let isTaken =
            outrider_harden(context, minimumVersion.number) == 1
            && SSL_CTX_set_cipher_list(context, Self.ciphers) == 1
            && outrider_set_groups(context, Self.groups) == 1
            && outrider_set_signatures(context, Self.signatures) == 1
        precondition(isTaken, "the lists above are known to OpenSSL")
        address = UInt(bitPattern: context)
    }

    deinit {
        SSL_CTX_free(OpaquePointer(bitPattern: address))
    }

    /// Lends OpenSSL's context to `body`, which must not keep it.
    func withContext<Result, Failure: Error>(
        _ body: (OpaquePointer?) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(self) {} }
        return try body(OpaquePointer(bitPattern: address))
    }

    /// Shows the certificates of `chain`, the holder's own first, and signs with `key`.
    func identify(chain: PEMFile, key: PEMFile) throws(TLSProblem) {
        guard let certificates = chain.certificates(), let own = certificates.first else {
            throw .noCertificate(chain.name)
        }
        defer { for certificate in certificates { X509_free(certificate) } }
        guard let secret = key.privateKey() else { throw .noKey(key.name) }
        defer { EVP_PKEY_free(secret) }
        defer { ERR_clear_error() }
        guard X509_check_private_key(own, secret) == 1 else {
            throw .mismatch(certificate: chain.name, key: key.name)
        }
        try withContext { (context) throws(TLSProblem) in
            guard SSL_CTX_use_certificate(context, own) == 1,
                SSL_CTX_use_PrivateKey(context, secret) == 1
            else { throw .weak(chain.name) }
            for certificate in certificates.dropFirst() {
                guard outrider_add_chain_certificate(context, certificate) == 1 else {
                    throw .weak(chain.name)
                }
            }
        }
    }

    /// Believes peers for whom an authority of `file` vouches, be it an intermediate one.
    func trust(_ file: PEMFile, naming: Bool) throws(TLSProblem) {
        guard let authorities = file.certificates(), !authorities.isEmpty else {
            throw .noAuthority(file.name)
        }
        withContext { context in
            let store = SSL_CTX_get_cert_store(context)
            X509_STORE_set_flags(store, UInt(X509_V_FLAG_PARTIAL_CHAIN))
            for authority in authorities {
                X509_STORE_add_cert(store, authority)
                if naming { SSL_CTX_add_client_CA(context, authority) }
                X509_free(authority)
            }
            // One that stands there twice is no problem.
            ERR_clear_error()
        }
    }
}
