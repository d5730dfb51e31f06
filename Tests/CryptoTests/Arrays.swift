@testable import Crypto

// The faces again for arrays: a lent span cannot stand inside an expectation.

extension Digest {
    static func sha256(_ bytes: [UInt8]) -> [UInt8] { sha256(bytes.span) }
}

extension SHA256Value {
    init?(_ bytes: [UInt8]) {
        self.init(bytes.span)
    }
}

extension ConstantTime {
    static func equals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        equals(left.span, right.span)
    }
}

extension MAC {
    static func tag(
        _ algorithm: SignatureAlgorithm,
        secret: [UInt8],
        message: [UInt8]
    ) -> [UInt8]? {
        tag(algorithm, secret: secret.span, message: message.span)
    }

    static func verify(
        _ algorithm: SignatureAlgorithm,
        secret: [UInt8],
        message: [UInt8],
        tag: [UInt8]
    ) -> Bool {
        verify(algorithm, secret: secret.span, message: message.span, tag: tag.span)
    }
}

extension RSAModulus {
    static func isAcceptable(modulus: [UInt8], exponent: [UInt8]) -> Bool {
        isAcceptable(modulus: modulus.span, exponent: exponent.span)
    }
}

extension ECDSASignature {
    static func der(_ signature: [UInt8], size: Int) -> [UInt8]? {
        der(signature.span, size: size)
    }
}

extension PublicKey {
    static func rsa(modulus: [UInt8], exponent: [UInt8]) -> PublicKey? {
        rsa(modulus: modulus.span, exponent: exponent.span)
    }

    static func ec(_ curve: EllipticCurve, x: [UInt8], y: [UInt8]) -> PublicKey? {
        ec(curve, x: x.span, y: y.span)
    }

    static func ed25519(_ bytes: [UInt8]) -> PublicKey? {
        ed25519(bytes.span)
    }

    func verify(
        _ algorithm: SignatureAlgorithm,
        message: [UInt8],
        signature: [UInt8]
    ) -> Bool {
        verify(algorithm, message: message.span, signature: signature.span)
    }
}

extension PrivateKey {
    func sign(_ message: [UInt8]) -> [UInt8] { sign(message.span) }
}
