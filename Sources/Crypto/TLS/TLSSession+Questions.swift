private import COpenSSL

/// What OpenSSL asks while a handshake goes on.
extension TLSSession {
    /// Has a server's context ask its sessions.
    static func answerQuestions(of context: OpaquePointer?) {
        SSL_CTX_set_client_hello_cb(context, TLSSession.chooseIdentity, nil)
        SSL_CTX_set_alpn_select_cb(context, chooseProtocol, nil)
        SSL_CTX_set_tlsext_ticket_key_evp_cb(context, handleTicket)
    }

    /// Has a client's context give its sessions to their caches.
    static func handOutSessions(of context: OpaquePointer?) {
        SSL_CTX_sess_set_new_cb(context) { ssl, session in
            guard let session, let cache = TLSSession.session(of: ssl)?.cache,
                SSL_SESSION_is_resumable(session) == 1
            else { return 0 }
            cache.put(session)
            return 1
        }
    }

    private static func session(of ssl: OpaquePointer?) -> TLSSession? {
        // The session frees `ssl` before it goes itself, so it is still there.
        outrider_owner(ssl).map { Unmanaged<TLSSession>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Changes to the certificate that the client asks for, before anything else is settled: so
    /// that a ticket is looked at by the rules of the name for which it is shown.
    private static let chooseIdentity: SSL_client_hello_cb_fn = { ssl, alert, _ in
        guard let session = TLSSession.session(of: ssl), let server = session.server else {
            alert?.pointee = SSL_AD_INTERNAL_ERROR
            return SSL_CLIENT_HELLO_ERROR
        }
        let entry = server.entry(for: TLSSession.requestedName(ssl))
        entry.context.withContext { _ = SSL_set_SSL_CTX(ssl, $0) }
        // These belong to the connection and do not change with its context.
        outrider_set_minimum_version(ssl, entry.identity.minimumVersion.number)
        if entry.identity.clientAuthority != nil {
            let required = entry.identity.requiresClient ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0
            SSL_set_verify(ssl, SSL_VERIFY_PEER | required, nil)
        }
        return SSL_CLIENT_HELLO_SUCCESS
    }

    private static let handleTicket: TicketCallback = { ssl, name, vector, cipher, mac, seals in
        guard let keys = TLSSession.session(of: ssl)?.tickets, let name, let vector else {
            return -1
        }
        return seals == 1
            ? keys.seal(name: name, vector: vector, cipher, mac)
            : keys.open(name: name, vector: vector, cipher, mac)
    }

    private typealias TicketCallback =
        @convention(c) (
            OpaquePointer?,
            UnsafeMutablePointer<UInt8>?,
            UnsafeMutablePointer<UInt8>?,
            OpaquePointer?,
            OpaquePointer?,
            Int32
        ) -> Int32

    /// The host in the extension of the hello: a list of one, its kind, its length, its name.
    private static func requestedName(_ ssl: OpaquePointer?) -> String? {
        var start: UnsafePointer<UInt8>?
        var count = 0
        guard
            SSL_client_hello_get0_ext(ssl, UInt32(TLSEXT_TYPE_server_name), &start, &count) == 1
        else { return nil }
        let bytes = UnsafeBufferPointer(start: start, count: count)
        guard bytes.count > 5, bytes[2] == UInt8(TLSEXT_NAMETYPE_host_name) else { return nil }
        let length = Int(bytes[3]) << 8 | Int(bytes[4])
        guard length == bytes.count - 5, length <= 255 else { return nil }
        return String(validating: bytes[5...], as: UTF8.self)
    }

    private static let chooseProtocol: SSL_CTX_alpn_select_cb_func = {
        ssl,
        chosen,
        chosenCount,
        list,
        count,
        _ in
        guard let session = TLSSession.session(of: ssl), let list, !session.protocols.isEmpty else {
            return SSL_TLSEXT_ERR_NOACK
        }
        let offered = UnsafeBufferPointer(start: list, count: Int(count))
        guard let (_, name) = ALPN.choose(session.protocols, from: offered) else {
            return SSL_TLSEXT_ERR_ALERT_FATAL
        }
        chosen?.pointee = list + name.lowerBound
        chosenCount?.pointee = UInt8(name.count)
        return SSL_TLSEXT_ERR_OK
    }
}
