private import COpenSSL

/// An Ed25519 private key that signs (RFC 8032); it never changes once it is made.
///
/// Shared by all threads: OpenSSL only reads a key while it signs.
package final class PrivateKey: Sendable {
    /// The key that verifies what this one signs.
    package let publicKey: PublicKey
    /// The address of OpenSSL's object: a number may cross threads where a pointer may not.
    private let address: UInt

    /// The Ed25519 key of an unencrypted PEM text (RFC 8410 §7); `nil` for any other.
    package init?(pem: String) {
        var pem = pem
        let key = pem.withUTF8 { text -> OpaquePointer? in
            let input = BIO_new_mem_buf(text.baseAddress, Int32(clamping: text.count))
            defer { BIO_free(input) }
            // Without a callback of ours an encrypted key would ask at the terminal.
            return PEM_read_bio_PrivateKey(input, nil, { _, _, _, _ in -1 }, nil)
        }
        guard let key else {
            ERR_clear_error()
            return nil
        }
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        guard EVP_PKEY_is_a(key, "ED25519") == 1,
            EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1, count == 32,
            let publicKey = PublicKey.ed25519(bytes.span)
        else {
            ERR_clear_error()
            EVP_PKEY_free(key)
            return nil
        }
        self.publicKey = publicKey
        address = UInt(bitPattern: key)
    }

    deinit {
        EVP_PKEY_free(OpaquePointer(bitPattern: address))
    }

    /// The 64 bytes of the signature of `message`.
    package func sign(_ message: Span<UInt8>) -> [UInt8] {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: 64)
        var count = signature.count
        let isDone = withExtendedLifetime(self) {
            let key = OpaquePointer(bitPattern: address)
            guard EVP_DigestSignInit_ex(context, nil, nil, nil, nil, key, nil) == 1 else {
                return false
            }
            return message.withUnsafeBytes { message in
                EVP_DigestSign(
                    context,
                    &signature,
                    &count,
                    message.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    message.count
                ) == 1
            }
        }
        precondition(isDone && count == 64, "signing bytes in memory cannot fail")
        return signature
    }
}
