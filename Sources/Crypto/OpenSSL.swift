private import COpenSSL

/// How OpenSSL begins.
package enum OpenSSL {
    /// Keeps the system's configuration file out, which could name other algorithms and providers
    /// than ours, and costs a sixth of what a certificate takes at the start.
    ///
    /// To be called before anything else of this module: OpenSSL asks for the file by itself, with
    /// the first key, digest or certificate, unless it was told by then.
    package static func ignoreSystemConfiguration() {
        let isTold = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG), nil) == 1
        precondition(isTold, "OpenSSL cannot begin without memory")
    }
}
