import Base
package import Crypto
import Wire

/// A set of JSON Web Keys (RFC 7517 §5): those of an issuer that can verify signatures.
package struct JWKSet: Sendable {
    /// What a set holds.
    package enum Content: Sendable {
        /// Keys that anybody may see: a symmetric one among them is skipped.
        case publicKeys
        /// Secrets alone: any other key among them refuses the set.
        case secrets
    }

    package enum Failure: Error, Sendable, Hashable, CaseIterable {
        case tooLarge
        case malformed
        case tooManyKeys
        /// Secrets and public keys in one set.
        case mixed
    }

    /// Bytes of a set at most.
    package static let maximumSize = 262_144
    /// Keys of a set at most, usable or not.
    package static let maximumCount = 64
    /// Keys that a token without `kid` is tried with, at most.
    private static let maximumTries = 4

    package let keys: [VerificationKey]
    /// How many keys were left out: unknown kinds, other uses, weak ones, ambiguous ids.
    package let skipped: Int

    package init(keys: [VerificationKey]) {
        self.keys = keys
        skipped = 0
    }

    private init(_ keys: [VerificationKey], of count: Int) {
        self.keys = keys
        skipped = count - keys.count
    }

    /// Reads a set; keys that are of no use are skipped, as are all that share one `kid`.
    package static func parse(
        _ bytes: Span<UInt8>,
        _ content: Content = .publicKeys
    ) throws(Failure) -> JWKSet {
        guard bytes.count <= maximumSize else { throw .tooLarge }
        var scanner = JSONScanner()
        do throws(JSONScanner.Failure) {
            guard case .beginArray? = try seekKeys(&scanner, bytes) else { throw .unexpectedByte }
        } catch {
            throw .malformed
        }
        var keys: [VerificationKey] = []
        var ids: [String] = []
        var count = 0
        while true {
            guard let token = next(&scanner, bytes) else { throw .malformed }
            if token == .endArray { break }
            count += 1
            guard count <= maximumCount else { throw .tooManyKeys }
            guard token == .beginObject else { throw .malformed }
            if let key = try read(&scanner, bytes, content, &ids) { keys.append(key) }
        }
        try checkEnd(&scanner, bytes)
        // Of two keys with one `kid` it cannot be told which is meant, even if one is broken.
        let clear = keys.filter { key in key.id == nil || ids.count { $0 == key.id } == 1 }
        return JWKSet(clear, of: count)
    }

    /// The keys that may have signed a token with this `kid` by `algorithm`.
    package func candidates(_ id: String?, _ algorithm: SignatureAlgorithm) -> [VerificationKey] {
        let fitting = keys.filter { $0.permits(algorithm) }
        guard let id else { return fitting.count <= Self.maximumTries ? fitting : [] }
        return fitting.filter { $0.id == id }
    }

    private static func read(
        _ scanner: inout JSONScanner,
        _ bytes: Span<UInt8>,
        _ content: Content,
        _ ids: inout [String]
    ) throws(Failure) -> VerificationKey? {
        let members: JSONMembers
        do throws(JSONMembers.Failure) {
            members = try JSONMembers(&scanner, bytes)
        } catch {
            throw .malformed
        }
        let isSecret = members.text("kty", bytes) == "oct"
        switch content {
        case .publicKeys: if isSecret { return nil }
        case .secrets: if !isSecret { throw .mixed }
        }
        do throws(JSONWebKey.Failure) {
            let key = try JSONWebKey.read(members, bytes)
            if let id = key.id { ids.append(id) }
            return key
        } catch {
            // Of no use to us; the other keys of the set may be.
            let isForVerifying = error == .malformed || error == .weak
            if isForVerifying, let id = members.text("kid", bytes) { ids.append(id) }
            return nil
        }
    }

    /// Moves to the value of the one member `keys`; throws when there are two.
    private static func seekKeys(
        _ scanner: inout JSONScanner,
        _ bytes: Span<UInt8>
    ) throws(JSONScanner.Failure) -> JSONScanner.Token? {
        guard try scanner.next(bytes) == .beginObject else { return nil }
        while case .key(let name) = try scanner.next(bytes) {
            if JSONString.equals("keys", bytes, name) { return try scanner.next(bytes) }
            try scanner.skipValue(bytes)
        }
        return nil
    }

    /// The rest of the set, in which there is no second `keys`.
    private static func checkEnd(
        _ scanner: inout JSONScanner,
        _ bytes: Span<UInt8>
    ) throws(Failure) {
        do throws(JSONScanner.Failure) {
            while case .key(let name) = try scanner.next(bytes) {
                if JSONString.equals("keys", bytes, name) { throw .unexpectedByte }
                try scanner.skipValue(bytes)
            }
            guard try scanner.next(bytes) == .end else { throw .unexpectedByte }
        } catch {
            throw .malformed
        }
    }

    private static func next(
        _ scanner: inout JSONScanner,
        _ bytes: Span<UInt8>
    ) -> JSONScanner.Token? {
        do throws(JSONScanner.Failure) {
            return try scanner.next(bytes)
        } catch {
            // Whatever is wrong with it, it is not JSON.
            return nil
        }
    }
}
