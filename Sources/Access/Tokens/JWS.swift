import Base
package import Crypto
import Wire

/// A JSON Web Signature in its compact form (RFC 7515 §7.1), read as strictly as can be.
package struct JWS: Sendable {
    /// Why a token is no signature that we believe.
    package enum Refusal: Error, Sendable, Hashable, CaseIterable {
        case tooLarge
        case notThreeParts
        case malformedBase64
        case malformedHeader
        case duplicateMember
        /// No `alg`, or one that is unknown, as `none` is.
        case unsupportedAlgorithm
        /// `crit`: whatever it names, we do not know it (RFC 7515 §4.1.11).
        case criticalExtension
        /// `jwk`, `jku`, `x5c` or `x5u`: a key that comes with the token proves nothing.
        case embeddedKey
        /// `b64`, `zip` or `enc`: the payload is not what it seems (RFC 7797).
        case encodedPayload
        /// Another `typ` than a JSON Web Token's.
        case wrongType
        /// The algorithm is not one of the key's.
        case algorithmMismatch
        case wrongSignature
    }

    /// Bytes of a token at most.
    package static let maximumSize = 16_384

    package let algorithm: SignatureAlgorithm
    /// `kid`, which only chooses among keys that we have.
    package let keyID: String?
    /// `typ` in lower case, without `application/`.
    package let type: String?
    package let payload: [UInt8]
    /// What is signed: the first two parts with the dot between them.
    let signedCount: Int
    let signature: [UInt8]

    /// Reads the token, and believes nothing of it yet.
    package init(compact text: Span<UInt8>) throws(Refusal) {
        guard text.count <= Self.maximumSize else { throw .tooLarge }
        guard let first = text.firstIndex(of: UInt8(ascii: ".")),
            let second = text.firstIndex(of: UInt8(ascii: "."), from: first + 1),
            text.firstIndex(of: UInt8(ascii: "."), from: second + 1) == nil
        else { throw .notThreeParts }
        guard first > 0, second + 1 < text.count else { throw .notThreeParts }
        guard let header = Base64URL.decode(text.extracting(0..<first)),
            let payload = Base64URL.decode(text.extracting(first + 1..<second)),
            let signature = Base64URL.decode(text.extracting((second + 1)...))
        else { throw .malformedBase64 }
        let read = try Self.header(header.span)
        algorithm = read.algorithm
        keyID = read.keyID
        type = read.type
        self.payload = payload
        self.signature = signature
        signedCount = second
    }

    /// The payload of `text` if the signature by `key` is good and its algorithm is allowed.
    package static func verify(
        compact text: Span<UInt8>,
        key: VerificationKey,
        algorithms: [SignatureAlgorithm] = SignatureAlgorithm.allCases
    ) throws(Refusal) -> [UInt8] {
        let token = try JWS(compact: text)
        try token.verify(text, key: key, algorithms: algorithms)
        return token.payload
    }

    /// Throws unless this token, read from `text`, was signed by `key`.
    package func verify(
        _ text: Span<UInt8>,
        key: VerificationKey,
        algorithms: [SignatureAlgorithm]
    ) throws(Refusal) {
        guard algorithms.contains(algorithm), key.permits(algorithm) else {
            throw .algorithmMismatch
        }
        let isGood = key.verify(
            algorithm,
            message: text.extracting(0..<signedCount),
            signature: signature.span
        )
        guard isGood else { throw .wrongSignature }
    }

    /// Throws unless `typ` is absent or says JSON Web Token, or an access token (RFC 9068 §2.1).
    package func checkType() throws(Refusal) {
        switch type {
        case nil, "jwt", "at+jwt": return
        default: throw .wrongType
        }
    }

    private struct Header {
        let algorithm: SignatureAlgorithm
        let keyID: String?
        let type: String?
    }

    private static func header(_ bytes: Span<UInt8>) throws(Refusal) -> Header {
        let members: JSONMembers
        do throws(JSONMembers.Failure) {
            members = try JSONMembers(bytes)
        } catch {
            throw error == .duplicate ? .duplicateMember : .malformedHeader
        }
        for member in members.members {
            switch member.name {
            case "crit": throw .criticalExtension
            case "jwk", "jku", "x5c", "x5u": throw .embeddedKey
            case "b64", "zip", "enc": throw .encodedPayload
            default: continue
            }
        }
        guard let name = members.text("alg", bytes), let algorithm = SignatureAlgorithm(name)
        else { throw .unsupportedAlgorithm }
        return Header(
            algorithm: algorithm,
            keyID: try text("kid", of: members, bytes),
            type: try text("typ", of: members, bytes).map(normalType)
        )
    }

    /// A member that is absent or a string.
    private static func text(
        _ name: String,
        of members: JSONMembers,
        _ bytes: Span<UInt8>
    ) throws(Refusal) -> String? {
        guard members[name] != nil else { return nil }
        guard let text = members.text(name, bytes) else { throw .malformedHeader }
        return text
    }

    private static func normalType(_ type: String) -> String {
        let lower = String(decoding: type.utf8.map(ASCII.lowercased), as: UTF8.self)
        return lower.hasPrefix("application/") ? String(lower.dropFirst(12)) : lower
    }
}

extension SignatureAlgorithm {
    /// The algorithm of exactly this name, byte for byte.
    init?(_ name: String) {
        let found = Self.allCases.first { $0.rawValue.utf8.elementsEqual(name.utf8) }
        guard let found else { return nil }
        self = found
    }
}
