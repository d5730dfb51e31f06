package import Base
package import Crypto

/// Whom the gateway lets in: everything `auth` says, validated.
package struct AccessSettings: Sendable {
    package var keys: [KeyRecord] = []
    package var issuers: [IssuerSettings] = []
    package var introspection: IntrospectionSettings?
    /// How a certificate tells who its holder is; `nil` where it tells nothing.
    package var certificates: CertificateSettings?
    /// Who a caller without any credential is; `nil` refuses such callers.
    package var anonymous: CallerSettings?
    /// Names of further claims that are kept, for the conditions of routes.
    package var claimNames: [String] = []

    package init() {}
}

/// What a configured caller is and may do.
package struct CallerSettings: Sendable, Equatable {
    package var tenant = ""
    package var tier = ""
    package var scopes: [String] = []
    /// Models and services it may use; `nil` is every one.
    package var models: [Wildcard]?

    package init() {}
}

/// Callers who show a certificate.
package struct CertificateSettings: Sendable {
    /// What of a certificate is the name of its holder.
    package enum Identity: String, Sendable, CaseIterable {
        /// Its SPIFFE id.
        case spiffe
        /// Its subject's name (RFC 4514).
        case subject
        /// The first of its alternative names: hosts, then URIs, then addresses of mail.
        case san
    }

    /// Who vouches for callers, at listeners that do not say so themselves.
    package var authority: PEMFile?
    package var identity = Identity.spiffe
    /// What every such caller is and may do.
    package var caller = CallerSettings()

    package init() {}
}

/// One API key: a public id that never changes, and the secrets that prove it.
package struct KeyRecord: Sendable, Equatable {
    /// One secret of a key; only its hash is kept.
    package struct Secret: Sendable, Equatable {
        /// SHA-256 of the whole key text, 32 bytes.
        package var hash: [UInt8]
        /// Unix seconds from which it is good; `nil` from ever.
        package var notBefore: Int64?
        /// Unix seconds from which it is good no more; `nil` never.
        package var expires: Int64?
        package var isRevoked = false

        package init(hash: [UInt8]) {
            self.hash = hash
        }
    }

    package var id: String
    package var caller = CallerSettings()
    package var secrets: [Secret] = []

    package init(id: String) {
        self.id = id
    }
}

/// One issuer of JSON Web Tokens, and where its keys are.
package struct IssuerSettings: Sendable {
    /// Where the keys come from.
    package enum Keys: Sendable, Equatable {
        /// A JWK set as text (RFC 7517), read from a file with the configuration.
        case inline(text: String, path: String)
        /// A JWK set fetched over `http:`.
        case url(String)
        /// The one secret of HS256, at least 32 bytes.
        case secret([UInt8])
    }

    package var issuer = ""
    /// A token must name one of these.
    package var audience: [String] = []
    package var keys = Keys.url("")
    package var algorithms: [JWTAlgorithm] = [.rs256, .es256, .edDSA]
    /// Clock skew that is forgiven.
    package var leeway: Nanoseconds = .seconds(30)
    /// Names of the claims that tell tenant, scopes, tier and models.
    package var tenantClaim = "tenant"
    package var scopesClaim = "scope"
    package var tierClaim = "tier"
    package var modelsClaim = "models"

    package init() {}
}

/// Signature algorithms that are accepted (RFC 7518 §3.1, RFC 8037 §3.1).
package enum JWTAlgorithm: String, Sendable, CaseIterable {
    case hs256 = "HS256"
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case es256 = "ES256"
    case es384 = "ES384"
    case edDSA = "EdDSA"
}

/// An OAuth 2.0 token introspection endpoint (RFC 7662).
package struct IntrospectionSettings: Sendable, Equatable {
    package var url = ""
    package var clientID = ""
    package var clientSecret = ""
    /// Answers are kept so long, but never beyond the token's `exp`.
    package var cacheFor: Nanoseconds = .seconds(30)
    package var tenantClaim = "tenant"
    package var scopesClaim = "scope"
    package var tierClaim = "tier"
    package var modelsClaim = "models"

    package init() {}
}

/// One key of the signed identity (`identity.signWith`, `identity.keys`).
package struct IdentityKeySettings: Sendable, Equatable {
    package enum Material: Sendable, Equatable {
        /// HS256; at least 32 bytes.
        case secret([UInt8])
        /// Ed25519 private key, PEM text; signs and verifies.
        case privateKey(String)
        /// Ed25519 public key, PEM text; verifies.
        case publicKey(String)
    }

    /// The token's `kid`; empty when none was given.
    package var id = ""
    package var material: Material

    package init(id: String = "", material: Material) {
        self.id = id
        self.material = material
    }
}
