private import COpenSSL

/// SHA-256 for every request: its state is on the stack, so that hashing allocates nothing.
///
/// OpenSSL's newer interface allocates a state for every message. Each worker owns a hasher.
package struct Hasher256: ~Copyable {
    package init() {}

    /// The digest of `bytes`.
    package mutating func hash(_ bytes: Span<UInt8>) -> SHA256Value {
        var value = SHA256Value()
        var state = SHA256_CTX()
        let isDone = withUnsafeMutableBytes(of: &value.words) { output in
            bytes.withUnsafeBytes { input in
                SHA256_Init(&state) == 1
                    && SHA256_Update(&state, input.baseAddress, input.count) == 1
                    && SHA256_Final(
                        output.baseAddress?.assumingMemoryBound(to: UInt8.self),
                        &state
                    ) == 1
            }
        }
        precondition(isDone, "hashing bytes in memory cannot fail")
        return value
    }
}
