/// Why certificates and keys make no context; names the file.
package enum TLSProblem: Error, Sendable, Hashable {
    case noCertificate(String)
    case noKey(String)
    case mismatch(certificate: String, key: String)
    /// Too short a key, or signed with a broken digest.
    case weak(String)
    case noAuthority(String)

    /// What is wrong, for an operator.
    package var message: String {
        switch self {
        case .noCertificate(let file): "\(file) holds no certificate in PEM"
        case .noKey(let file): "\(file) holds no unencrypted private key in PEM"
        case .mismatch(let certificate, let key):
            "the key in \(key) is not that of the certificate in \(certificate)"
        case .weak(let file): "\(file) holds a key or a signature that is too weak"
        case .noAuthority(let file): "\(file) holds no certificate of an authority in PEM"
        }
    }
}
