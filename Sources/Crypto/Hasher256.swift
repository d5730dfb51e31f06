private import COpenSSL

/// SHA-256 for every request: one context of OpenSSL, made once and used again and again.
///
/// Each worker owns one; hashing allocates nothing.
package struct Hasher256: ~Copyable {
    private let context: OpaquePointer

    package init() {
        let made = EVP_MD_CTX_new()
        guard let made, EVP_DigestInit_ex2(made, EVP_sha256(), nil) == 1 else {
            preconditionFailure("SHA-256 is part of every OpenSSL")
        }
        context = made
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    /// The digest of `bytes`.
    package mutating func hash(_ bytes: Span<UInt8>) -> SHA256Value {
        var value = SHA256Value()
        let isDone = withUnsafeMutableBytes(of: &value.words) { output in
            bytes.withUnsafeBytes { input in
                // Without an algorithm the context keeps its own, and looks nothing up.
                EVP_DigestInit_ex2(context, nil, nil) == 1
                    && EVP_DigestUpdate(context, input.baseAddress, input.count) == 1
                    && EVP_DigestFinal_ex(
                        context,
                        output.baseAddress?.assumingMemoryBound(to: UInt8.self),
                        nil
                    ) == 1
            }
        }
        precondition(isDone, "hashing bytes in memory cannot fail")
        return value
    }
}
