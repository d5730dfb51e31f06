private import COpenSSL

/// Digests (FIPS 180-4) for what happens seldom; `Hasher256` is for every request.
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

    /// The 20 bytes of SHA-1 of `bytes`, which no secret may rest on; WebSocket asks for it.
    package static func sha1(_ bytes: Span<UInt8>) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: 20)
        let isDone = bytes.withUnsafeBytes { input in
            EVP_Digest(input.baseAddress, input.count, &output, nil, EVP_sha1(), nil) == 1
        }
        precondition(isDone, "SHA-1 is part of every OpenSSL")
        return output
    }
}
