private import COpenSSL

/// SHA-2 digests (FIPS 180-4) for what happens seldom; `Hasher256` is for every request.
package enum Digest {
    /// The 32 bytes of SHA-256 of `bytes`.
    package static func sha256(_ bytes: Span<UInt8>) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: 32)
        let isDone = bytes.withUnsafeBytes { input in
            EVP_Digest(input.baseAddress, input.count, &output, nil, EVP_sha256(), nil) == 1
        }
        precondition(isDone, "SHA-256 is part of every OpenSSL")
        return output
    }
}
