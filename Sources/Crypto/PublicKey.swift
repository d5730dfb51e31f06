import Base
private import COpenSSL

/// A public key that verifies signatures; it never changes once it is made.
///
/// Shared by all threads: OpenSSL only reads a key while it verifies, and every verification has
/// a context of its own.
package final class PublicKey: Sendable {
    package enum Kind: Sendable, Hashable {
        case rsa
        case ec(EllipticCurve)
        case ed25519
    }

    package let kind: Kind
    /// The address of OpenSSL's object: a number may cross threads where a pointer may not.
    private let address: UInt

    private init(_ key: OpaquePointer, _ kind: Kind) {
        address = UInt(bitPattern: key)
        self.kind = kind
    }

    deinit {
        EVP_PKEY_free(OpaquePointer(bitPattern: address))
    }

    /// The RSA key of modulus and exponent, big-endian; `nil` when it is weak or malformed.
    package static func rsa(modulus: Span<UInt8>, exponent: Span<UInt8>) -> PublicKey? {
        guard RSAModulus.isAcceptable(modulus: modulus, exponent: exponent) else { return nil }
        let n = bigNumber(modulus)
        let e = bigNumber(exponent)
        defer {
            BN_free(n)
            BN_free(e)
        }
        let key = make("RSA") { builder in
            guard OSSL_PARAM_BLD_push_BN(builder, name("n"), n) == 1,
                OSSL_PARAM_BLD_push_BN(builder, name("e"), e) == 1
            else { return nil }
            return OSSL_PARAM_BLD_to_param(builder)
        }
        return key.map { PublicKey($0, .rsa) }
    }

    /// The key at a point of a curve; `nil` unless the point lies on it.
    package static func ec(
        _ curve: EllipticCurve,
        x: Span<UInt8>,
        y: Span<UInt8>
    ) -> PublicKey? {
        guard x.count == curve.size, y.count == curve.size else { return nil }
        let point = [4] + x.array(0..<x.count) + y.array(0..<y.count)
        let key = make("EC") { builder in
            // The builder looks at the bytes only when it is through.
            point.withUnsafeBufferPointer { point in
                curve.rawValue.withCString { curve in
                    let bytes = point.baseAddress
                    guard OSSL_PARAM_BLD_push_utf8_string(builder, name("group"), curve, 0) == 1,
                        OSSL_PARAM_BLD_push_octet_string(
                            builder,
                            name("pub"),
                            bytes,
                            point.count
                        ) == 1
                    else { return nil }
                    return OSSL_PARAM_BLD_to_param(builder)
                }
            }
        }
        guard let key else { return nil }
        let context = EVP_PKEY_CTX_new_from_pkey(nil, key, nil)
        defer { EVP_PKEY_CTX_free(context) }
        guard EVP_PKEY_public_check_quick(context) == 1 else {
            ERR_clear_error()
            EVP_PKEY_free(key)
            return nil
        }
        return PublicKey(key, .ec(curve))
    }

    /// The Ed25519 key of these 32 bytes (RFC 8032 §5.1.5).
    package static func ed25519(_ bytes: Span<UInt8>) -> PublicKey? {
        guard bytes.count == 32 else { return nil }
        let key = bytes.withUnsafeBytes { bytes in
            EVP_PKEY_new_raw_public_key_ex(
                nil,
                "ED25519",
                nil,
                bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
                bytes.count
            )
        }
        guard let key else {
            ERR_clear_error()
            return nil
        }
        return PublicKey(key, .ed25519)
    }

    /// The Ed25519 key of a PEM text (RFC 8410 §10.1); `nil` for any other.
    package static func ed25519(pem: String) -> PublicKey? {
        var pem = pem
        let key = pem.withUTF8 { text -> OpaquePointer? in
            let input = BIO_new_mem_buf(text.baseAddress, Int32(clamping: text.count))
            defer { BIO_free(input) }
            // Without a callback of ours an encrypted key would ask at the terminal.
            return PEM_read_bio_PUBKEY(input, nil, { _, _, _, _ in -1 }, nil)
        }
        guard let key else {
            ERR_clear_error()
            return nil
        }
        guard EVP_PKEY_is_a(key, "ED25519") == 1 else {
            EVP_PKEY_free(key)
            return nil
        }
        return PublicKey(key, .ed25519)
    }

    /// Lends OpenSSL's key to `body`, which must not keep it.
    func withKey<Result>(_ body: (OpaquePointer?) -> Result) -> Result {
        // `self` keeps the key alive until the body is through.
        withExtendedLifetime(self) { body(OpaquePointer(bitPattern: address)) }
    }

    private static func bigNumber(_ bytes: Span<UInt8>) -> OpaquePointer? {
        bytes.withUnsafeBytes { bytes in
            BN_bin2bn(
                bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
                Int32(clamping: bytes.count),
                nil
            )
        }
    }

    /// A parameter's name, which OpenSSL does not copy: it must outlive the parameters.
    private static func name(_ text: StaticString) -> UnsafePointer<CChar> {
        UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
    }

    /// OpenSSL's `EVP_PKEY_PUBLIC_KEY`, a macro that the importer cannot read.
    private static let publicSelection: Int32 = 0x86

    /// A key of `type` from the parameters that `build` gives.
    private static func make(
        _ type: String,
        _ build: (OpaquePointer?) -> UnsafeMutablePointer<OSSL_PARAM>?
    ) -> OpaquePointer? {
        let builder = OSSL_PARAM_BLD_new()
        defer { OSSL_PARAM_BLD_free(builder) }
        guard let parameters = build(builder) else {
            ERR_clear_error()
            return nil
        }
        defer { OSSL_PARAM_free(parameters) }
        let context = EVP_PKEY_CTX_new_from_name(nil, type, nil)
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_fromdata_init(context) == 1,
            EVP_PKEY_fromdata(context, &key, publicSelection, parameters) == 1
        else {
            ERR_clear_error()
            return nil
        }
        return key
    }
}
