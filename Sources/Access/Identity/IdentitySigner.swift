import Base
import Crypto
import Wire

/// Signs who a caller is, for the sidecars behind the gateway.
package final class IdentitySigner: Sendable {
    package enum Failure: Error, Sendable, Hashable, CaseIterable {
        /// A secret of less than 32 bytes.
        case shortSecret
        /// No Ed25519 private key in an unencrypted PEM text.
        case malformedKey
        /// A public key cannot sign.
        case publicKey
    }

    private enum Key: Sendable {
        case secret([UInt8])
        case privateKey(PrivateKey)
    }

    private let key: Key
    /// The first part of every token, and the dot behind it.
    private let header: [UInt8]

    /// A signer with the first of the configured keys.
    package init(_ settings: IdentityKeySettings) throws(Failure) {
        let algorithm: StaticString
        switch settings.material {
        case .secret(let secret):
            guard secret.count >= 32 else { throw .shortSecret }
            key = .secret(secret)
            algorithm = "HS256"
        case .privateKey(let text):
            guard let read = PrivateKey(pem: text) else { throw .malformedKey }
            key = .privateKey(read)
            algorithm = "EdDSA"
        case .publicKey: throw .publicKey
        }
        header = Self.header(algorithm, settings.id)
    }

    /// The token of these claims, in its compact form.
    package func sign(_ claims: IdentityClaims) -> [UInt8] {
        var token = header
        let payload = Self.payload(claims)
        payload.withReadable { Base64URL.append($0, to: &token) }
        let signature = signature(of: token)
        token.append(UInt8(ascii: "."))
        Base64URL.append(signature.span, to: &token)
        return token
    }

    private func signature(of token: [UInt8]) -> [UInt8] {
        switch key {
        case .privateKey(let key): return key.sign(token.span)
        case .secret(let secret):
            let tag = MAC.tag(.hs256, secret: secret.span, message: token.span)
            guard let tag else { preconditionFailure("a secret of 32 bytes makes a tag") }
            return tag
        }
    }

    private static func header(_ algorithm: StaticString, _ id: String) -> [UInt8] {
        var output = ByteBuffer()
        var writer = JSONWriter()
        writer.beginObject(&output)
        writer.key("alg", &output)
        writer.string(algorithm, &output)
        writer.key("typ", &output)
        writer.string("JWT" as StaticString, &output)
        if !id.isEmpty {
            writer.key("kid", &output)
            writer.string(id, &output)
        }
        writer.endObject(&output)
        var text: [UInt8] = []
        output.withReadable { Base64URL.append($0, to: &text) }
        return text + [UInt8(ascii: ".")]
    }

    private static func payload(_ claims: IdentityClaims) -> ByteBuffer {
        var output = ByteBuffer()
        var writer = JSONWriter()
        writer.beginObject(&output)
        writer.key("sub", &output)
        writer.string(claims.subject, &output)
        writer.key("tenant", &output)
        writer.string(claims.tenant, &output)
        writer.key("tier", &output)
        writer.string(claims.tier, &output)
        writer.key("scopes", &output)
        writer.beginArray(&output)
        for scope in claims.scopes { writer.string(scope, &output) }
        writer.endArray(&output)
        writer.key("aud", &output)
        writer.string(claims.audience, &output)
        writer.key("route", &output)
        writer.string(claims.route, &output)
        writer.key("iat", &output)
        writer.number(Int(claims.issuedAt), &output)
        writer.key("exp", &output)
        writer.number(Int(claims.expires), &output)
        writer.endObject(&output)
        return output
    }
}
