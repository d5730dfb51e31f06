package import Crypto

/// A key that verifies JSON Web Signatures, and the algorithms that it may be used with.
package struct VerificationKey: Sendable {
    package enum Material: Sendable {
        case publicKey(PublicKey)
        /// The secret of HMAC.
        case secret([UInt8])
    }

    /// The key's `kid`.
    package let id: String?
    package let material: Material
    /// The only algorithm it is for, when its owner has said so.
    package let algorithm: SignatureAlgorithm?

    package init(id: String?, material: Material, algorithm: SignatureAlgorithm? = nil) {
        self.id = id
        self.material = material
        self.algorithm = algorithm
    }

    /// Whether `candidate` may be verified with it: by its kind, its size and its owner's word.
    package func permits(_ candidate: SignatureAlgorithm) -> Bool {
        if let algorithm, algorithm != candidate { return false }
        return switch material {
        case .publicKey(let key): key.fits(candidate)
        // A secret is at least as long as the digest (RFC 7518 §3.2).
        case .secret(let secret):
            candidate.family == .hmac && secret.count >= candidate.digestSize
        }
    }

    /// Whether `signature` is good; `candidate` must be permitted.
    func verify(
        _ candidate: SignatureAlgorithm,
        message: Span<UInt8>,
        signature: Span<UInt8>
    ) -> Bool {
        guard permits(candidate) else { return false }
        return switch material {
        case .publicKey(let key):
            key.verify(candidate, message: message, signature: signature)
        case .secret(let secret):
            MAC.verify(candidate, secret: secret.span, message: message, tag: signature)
        }
    }
}
