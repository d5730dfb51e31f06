import Base
import Crypto
import Wire

/// Reads one JSON Web Key (RFC 7517) into a key that verifies, or says why it is of no use.
enum JSONWebKey {
    enum Failure: Error, Sendable, Hashable, CaseIterable {
        /// A `kty`, `crv` or `alg` that we do not have.
        case unsupported
        /// `use` or `key_ops` say that it is not for verifying.
        case otherUse
        /// A member is missing or malformed.
        case malformed
        /// Too weak, or no key at all: RSA below 2048 bits, a point beside its curve.
        case weak
    }

    /// The key that the members of an object describe; private parts are not looked at.
    static func read(
        _ members: JSONMembers,
        _ bytes: Span<UInt8>
    ) throws(Failure) -> VerificationKey {
        try checkUse(members, bytes)
        var algorithm: SignatureAlgorithm?
        if let name = try text("alg", members, bytes) {
            algorithm = SignatureAlgorithm(name)
            if algorithm == nil { throw .unsupported }
        }
        let key = VerificationKey(
            id: try text("kid", members, bytes),
            material: try material(members, bytes),
            algorithm: algorithm
        )
        if let algorithm, !key.permits(algorithm) { throw .unsupported }
        if case .secret = key.material, !key.permits(algorithm ?? .hs256) { throw .weak }
        return key
    }

    private static func checkUse(
        _ members: JSONMembers,
        _ bytes: Span<UInt8>
    ) throws(Failure) {
        if let use = try text("use", members, bytes), use != "sig" { throw .otherUse }
        guard let operations = members["key_ops"] else { return }
        guard let names = operations.strings else { throw .malformed }
        guard names.contains("verify") else { throw .otherUse }
    }

    private static func material(
        _ members: JSONMembers,
        _ bytes: Span<UInt8>
    ) throws(Failure) -> VerificationKey.Material {
        switch try text("kty", members, bytes) {
        case "RSA":
            let modulus = try number("n", members, bytes)
            let exponent = try number("e", members, bytes)
            let key = PublicKey.rsa(modulus: modulus.span, exponent: exponent.span)
            guard let key else { throw .weak }
            return .publicKey(key)
        case "EC":
            guard let name = try text("crv", members, bytes),
                let curve = EllipticCurve(rawValue: name)
            else { throw .unsupported }
            let x = try number("x", members, bytes)
            let y = try number("y", members, bytes)
            guard let key = PublicKey.ec(curve, x: x.span, y: y.span) else { throw .weak }
            return .publicKey(key)
        case "OKP":
            guard try text("crv", members, bytes) == "Ed25519" else { throw .unsupported }
            let x = try number("x", members, bytes)
            guard let key = PublicKey.ed25519(x.span) else { throw .weak }
            return .publicKey(key)
        case "oct":
            return .secret(try number("k", members, bytes))
        case nil: throw .malformed
        default: throw .unsupported
        }
    }

    /// A member that is absent or a string.
    private static func text(
        _ name: String,
        _ members: JSONMembers,
        _ bytes: Span<UInt8>
    ) throws(Failure) -> String? {
        guard members[name] != nil else { return nil }
        guard let text = members.text(name, bytes) else { throw .malformed }
        return text
    }

    private static func number(
        _ name: String,
        _ members: JSONMembers,
        _ bytes: Span<UInt8>
    ) throws(Failure) -> [UInt8] {
        guard let text = members.text(name, bytes) else { throw .malformed }
        let digits = Array(text.utf8)
        guard let number = Base64URL.decode(digits.span) else { throw .malformed }
        return number
    }
}
