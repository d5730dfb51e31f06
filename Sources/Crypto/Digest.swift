private import COpenSSL

/// SHA-2 digests (FIPS 180-4).
package enum Digest {
}
