private import COpenSSL

/// Comparison of secrets, whose time tells nothing about their content.
package enum ConstantTime {
    /// Whether both are equal; only their lengths may be guessed from the time it takes.
    package static func equals(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        return left.withUnsafeBytes { left in
            right.withUnsafeBytes { right in
                CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0
            }
        }
    }
}
