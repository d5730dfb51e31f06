/// The signature algorithms of JOSE by their names (RFC 7518 §3.1, RFC 8037 §3.1).
package enum SignatureAlgorithm: String, Sendable, CaseIterable {
    case hs256 = "HS256"
    case hs384 = "HS384"
    case hs512 = "HS512"
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case ps384 = "PS384"
    case ps512 = "PS512"
    case es256 = "ES256"
    case es384 = "ES384"
    case es512 = "ES512"
    case edDSA = "EdDSA"

    /// What kind of key an algorithm needs.
    package enum Family: Sendable {
        case hmac
        case rsa
        case rsaPSS
        case ecdsa
        case edDSA
    }

    package var family: Family {
        switch self {
        case .hs256, .hs384, .hs512: .hmac
        case .rs256, .rs384, .rs512: .rsa
        case .ps256, .ps384, .ps512: .rsaPSS
        case .es256, .es384, .es512: .ecdsa
        case .edDSA: .edDSA
        }
    }

    /// Bytes of the digest that is signed; 64 for EdDSA, which hashes by itself.
    package var digestSize: Int {
        switch self {
        case .hs256, .rs256, .ps256, .es256: 32
        case .hs384, .rs384, .ps384, .es384: 48
        case .hs512, .rs512, .ps512, .es512, .edDSA: 64
        }
    }

    /// OpenSSL's name of the digest; `nil` for EdDSA.
    var digestName: String? {
        if self == .edDSA { return nil }
        switch digestSize {
        case 32: return "SHA256"
        case 48: return "SHA384"
        default: return "SHA512"
        }
    }
}
