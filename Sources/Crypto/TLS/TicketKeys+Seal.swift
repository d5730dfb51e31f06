private import COpenSSL

/// What OpenSSL asks when it seals or opens a ticket.
extension TicketKeys {
    /// What the callback answers.
    private enum Answer {
        static let failed: Int32 = -1
        /// The ticket is of no use: a full handshake.
        static let unknown: Int32 = 0
        static let done: Int32 = 1
        /// Opened, and to be sealed anew.
        static let renew: Int32 = 2
    }

    /// Names the newest key and readies both contexts for sealing with it.
    func seal(
        name: UnsafeMutablePointer<UInt8>,
        vector: UnsafeMutablePointer<UInt8>,
        _ cipher: OpaquePointer?,
        _ mac: OpaquePointer?
    ) -> Int32 {
        let key = newest
        guard RAND_bytes(vector, 16) == 1,
            EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), nil, Array(key.cipher), vector) == 1,
            Self.ready(mac, key)
        else { return Answer.failed }
        for (index, byte) in key.name.enumerated() { name[index] = byte }
        return Answer.done
    }

    /// Readies both contexts for opening with the key that is named.
    func open(
        name: UnsafeMutablePointer<UInt8>,
        vector: UnsafeMutablePointer<UInt8>,
        _ cipher: OpaquePointer?,
        _ mac: OpaquePointer?
    ) -> Int32 {
        guard let (key, isNewest) = find(UnsafeBufferPointer(start: name, count: 16)) else {
            return Answer.unknown
        }
        guard EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nil, Array(key.cipher), vector) == 1,
            Self.ready(mac, key)
        else { return Answer.failed }
        return isNewest ? Answer.done : Answer.renew
    }

    private static func ready(_ mac: OpaquePointer?, _ key: Key) -> Bool {
        outrider_key_hmac(mac, Array(key.mac), key.mac.count) == 1
    }
}
