private import COpenSSL

extension PublicKey {
    /// Whether a signature by `algorithm` can be made with a key of this kind at all.
    package func fits(_ algorithm: SignatureAlgorithm) -> Bool {
        switch kind {
        case .rsa: algorithm.family == .rsa || algorithm.family == .rsaPSS
        case .ec(let curve): algorithm == curve.algorithm
        case .ed25519: algorithm == .edDSA
        }
    }

    /// Whether `signature`, in the form that JOSE gives it, is this key's own over `message`.
    package func verify(
        _ algorithm: SignatureAlgorithm,
        message: Span<UInt8>,
        signature: Span<UInt8>
    ) -> Bool {
        guard fits(algorithm) else { return false }
        switch kind {
        case .rsa, .ed25519:
            return check(algorithm, message, signature)
        case .ec(let curve):
            guard let der = ECDSASignature.der(signature, size: curve.size) else { return false }
            return check(algorithm, message, der.span)
        }
    }

    private func check(
        _ algorithm: SignatureAlgorithm,
        _ message: Span<UInt8>,
        _ signature: Span<UInt8>
    ) -> Bool {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        let isGood = withKey { key in
            var options: OpaquePointer?
            let digest = algorithm.digestName
            guard EVP_DigestVerifyInit_ex(context, &options, digest, nil, nil, key, nil) == 1,
                setPadding(algorithm, options)
            else { return false }
            return message.withUnsafeBytes { message in
                signature.withUnsafeBytes { signature in
                    EVP_DigestVerify(
                        context,
                        signature.baseAddress?.assumingMemoryBound(to: UInt8.self),
                        signature.count,
                        message.baseAddress?.assumingMemoryBound(to: UInt8.self),
                        message.count
                    ) == 1
                }
            }
        }
        // A refusal leaves its reason behind, where the next user of the thread would find it.
        if !isGood { ERR_clear_error() }
        return isGood
    }

    /// PSS with the same digest in MGF1 and a salt as long as the digest (RFC 7518 §3.5).
    private func setPadding(_ algorithm: SignatureAlgorithm, _ options: OpaquePointer?) -> Bool {
        guard algorithm.family == .rsaPSS else { return true }
        return EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1
            && EVP_PKEY_CTX_set_rsa_pss_saltlen(options, Int32(algorithm.digestSize)) == 1
    }
}
