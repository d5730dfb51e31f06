private import COpenSSL

/// What a file held when it was read, and its name for whoever must be told about it.
package struct PEMFile: Sendable, Hashable {
    package let name: String
    package let bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    /// The certificates in it, in order, which the caller frees; `nil` when one is malformed.
    func certificates() -> [OpaquePointer]? {
        withInput { input in
            var found: [OpaquePointer] = []
            while let next = PEM_read_bio_X509(input, nil, { _, _, _, _ in -1 }, nil) {
                found.append(next)
            }
            // The end of the file is told as the want of another beginning.
            let code = ERR_peek_last_error()
            ERR_clear_error()
            if ERR_GET_REASON(code) == PEM_R_NO_START_LINE { return found }
            for certificate in found { X509_free(certificate) }
            return nil
        }
    }

    /// The private key in it, which the caller frees.
    func privateKey() -> OpaquePointer? {
        withInput { input in
            // Without a callback of ours an encrypted key would ask at the terminal.
            let key = PEM_read_bio_PrivateKey(input, nil, { _, _, _, _ in -1 }, nil)
            ERR_clear_error()
            return key
        }
    }

    private func withInput<Result>(_ body: (OpaquePointer?) -> Result) -> Result {
        bytes.withUnsafeBytes { bytes in
            let input = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count))
            defer { BIO_free(input) }
            return body(input)
        }
    }
}
