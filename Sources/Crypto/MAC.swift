private import COpenSSL

/// Message authentication with a shared secret: HMAC (RFC 2104) with SHA-2.
package enum MAC {
    /// The tag of `message`; `nil` when `algorithm` is none of HMAC or the secret is empty.
    package static func tag(
        _ algorithm: SignatureAlgorithm,
        secret: Span<UInt8>,
        message: Span<UInt8>
    ) -> [UInt8]? {
        guard algorithm.family == .hmac, let digest = algorithm.digestName, !secret.isEmpty else {
            return nil
        }
        var output = [UInt8](repeating: 0, count: algorithm.digestSize)
        var length = 0
        let isDone = secret.withUnsafeBytes { secret in
            message.withUnsafeBytes { message in
                EVP_Q_mac(
                    nil,
                    "HMAC",
                    nil,
                    digest,
                    nil,
                    secret.baseAddress,
                    secret.count,
                    message.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    message.count,
                    &output,
                    output.count,
                    &length
                ) != nil
            }
        }
        guard isDone, length == output.count else {
            ERR_clear_error()
            return nil
        }
        return output
    }

    /// Whether `tag` is the one of `message`, whole and compared in constant time.
    package static func verify(
        _ algorithm: SignatureAlgorithm,
        secret: Span<UInt8>,
        message: Span<UInt8>,
        tag: Span<UInt8>
    ) -> Bool {
        guard let expected = Self.tag(algorithm, secret: secret, message: message) else {
            return false
        }
        return ConstantTime.equals(expected.span, tag)
    }
}
