package import Base
private import COpenSSL

/// TLS on one connection, without a descriptor: bytes in, bytes out.
///
/// Belongs to the thread of its connection. Between calls it keeps what OpenSSL needs (about
/// 14 KiB once the handshake is over) and, while a record is incomplete, that record.
package final class TLSSession {
    /// Ciphertext that a handshake may take; what is more is an attack.
    package static let handshakeLimit = 131_072
    /// Room that plaintext needs beyond the ciphertext that is handed in: one record, which had
    /// been incomplete.
    package static let recordRoom = 16_384 + 256 + 5

    /// How far a peer has got.
    package enum End: Sendable, Hashable {
        /// It said that nothing more will come: nothing was cut off.
        case closed
        case failed(TLSFailure)
    }

    /// What became of ciphertext.
    package struct Received {
        /// Bytes of plaintext.
        package var count = 0
        /// Why nothing will follow them.
        package var end: End?
    }

    /// Whether the handshake is still going on.
    package private(set) var isHandshaking = true
    /// Whether any plaintext has ever come.
    package private(set) var hasReceived = false
    /// Nothing can be sent or received any more.
    package private(set) var isFailed = false
    private var handshakeBytes = 0

    let ssl: OpaquePointer
    private let lent: UnsafeMutablePointer<LentBytes>
    /// Of a server: what it shows.
    let server: TLSServer?
    let tickets: TicketKeys?
    /// Of a client: where sessions go.
    let cache: TLSSessionCache?
    /// What may be agreed on, in our order.
    let protocols: [ALPN]

    /// The listener's end of a connection.
    package init(server: TLSServer, tickets: TicketKeys, protocols: [ALPN]) {
        self.server = server
        self.tickets = tickets
        cache = nil
        self.protocols = protocols
        (ssl, lent) = Self.make(server.entries[0].context)
        outrider_attach(ssl, Unmanaged.passUnretained(self).toOpaque())
        SSL_set_accept_state(ssl)
    }

    /// Our end of a connection to the upstream `name`, which is a host's or an address.
    ///
    /// Resumes a session of `cache` if it has one, and keeps new ones there.
    package init(client: TLSClient, name: String, cache: TLSSessionCache?, protocols: [ALPN]) {
        server = nil
        tickets = nil
        self.cache = cache
        self.protocols = protocols
        (ssl, lent) = Self.make(client.context)
        outrider_attach(ssl, Unmanaged.passUnretained(self).toOpaque())
        SSL_set_connect_state(ssl)
        expect(client.settings.name ?? name)
        let list = ALPN.list(protocols)
        if !list.isEmpty { SSL_set_alpn_protos(ssl, list, UInt32(list.count)) }
        if let session = cache?.take() {
            SSL_set_session(ssl, session)
            SSL_SESSION_free(session)
        }
    }

    deinit {
        // Without it OpenSSL would spoil the session for others, as if it had been broken.
        if !isFailed, !isHandshaking {
            SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN)
        }
        SSL_free(ssl)
        lent.deinitialize(count: 1)
        lent.deallocate()
    }

    private static func make(
        _ context: TLSContext
    ) -> (OpaquePointer, UnsafeMutablePointer<LentBytes>) {
        let lent = UnsafeMutablePointer<LentBytes>.allocate(capacity: 1)
        lent.initialize(to: LentBytes())
        guard let ssl = context.withContext({ SSL_new($0) }) else {
            preconditionFailure("OpenSSL cannot begin without memory")
        }
        let bio = LentBytes.makeBIO(over: lent)
        SSL_set_bio(ssl, bio, bio)
        return (ssl, lent)
    }

    /// Asks for `name`, and believes no certificate without it (RFC 9525 §6).
    private func expect(_ name: String) {
        let parameters = SSL_get0_param(ssl)
        if X509_VERIFY_PARAM_set1_ip_asc(parameters, name) == 1 { return }
        ERR_clear_error()
        // A name that ends in a dot is the same without it (RFC 6066 §3).
        let host = name.hasSuffix(".") ? String(name.dropLast()) : name
        outrider_set_server_name(ssl, host)
        X509_VERIFY_PARAM_set_hostflags(
            parameters,
            UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT)
        )
        X509_VERIFY_PARAM_set1_host(parameters, host, 0)
    }

    /// Says hello, as a client.
    package func start(to output: inout ByteBuffer) {
        LentBytes.lend(&output, to: lent) {
            ERR_clear_error()
            _ = SSL_do_handshake(ssl)
            ERR_clear_error()
        }
    }

    /// Takes all of `ciphertext`, goes on with the handshake, and fills `plain` from its start.
    ///
    /// What the peer must be told stands in `replies` then, also of a failure. `plain` must have
    /// `recordRoom` more bytes than `ciphertext`.
    package func receive(
        _ ciphertext: Span<UInt8>,
        into plain: UnsafeMutableRawBufferPointer,
        replies: inout ByteBuffer
    ) -> Received {
        precondition(plain.count >= ciphertext.count + Self.recordRoom)
        guard !isFailed else { return Received() }
        if isHandshaking, !countHandshake(ciphertext.count) {
            return Received(count: 0, end: .failed(TLSFailure(.oversized, "handshake too long")))
        }
        let received = LentBytes.lend(ciphertext, &replies, to: lent) { drain(into: plain) }
        if received.count > 0 { hasReceived = true }
        if isHandshaking, SSL_is_init_finished(ssl) == 1 { isHandshaking = false }
        if case .failed = received.end { isFailed = true }
        return received
    }

    private func countHandshake(_ count: Int) -> Bool {
        handshakeBytes += count
        isFailed = handshakeBytes > Self.handshakeLimit
        return !isFailed
    }

    private func drain(into plain: UnsafeMutableRawBufferPointer) -> Received {
        var received = Received()
        // What another connection of the thread left behind would be taken for ours.
        ERR_clear_error()
        while received.count < plain.count {
            var count = 0
            let start = plain.baseAddress.map { $0 + received.count }
            let result = SSL_read_ex(ssl, start, plain.count - received.count, &count)
            received.count += count
            if result == 1 { continue }
            switch SSL_get_error(ssl, result) {
            case SSL_ERROR_WANT_READ: break
            case SSL_ERROR_ZERO_RETURN: received.end = .closed
            default:
                received.end = .failed(TLSFailure(verifyResult: SSL_get_verify_result(ssl)))
            }
            break
        }
        return received
    }

    /// Seals `plain` to the end of `output`; `false` when the session is of no more use.
    ///
    /// Not before the handshake is over.
    package func write(_ plain: Span<UInt8>, to output: inout ByteBuffer) -> Bool {
        precondition(!isHandshaking)
        guard !isFailed else { return false }
        guard plain.count > 0 else { return true }
        let isDone = LentBytes.lend(&output, to: lent) {
            ERR_clear_error()
            var count = 0
            return plain.withUnsafeBytes { plain in
                // Splits it into records; our output takes them all.
                SSL_write_ex(ssl, plain.baseAddress, plain.count, &count) == 1
            }
        }
        if !isDone {
            ERR_clear_error()
            isFailed = true
        }
        return isDone
    }

    /// Says that nothing more will come.
    package func close(to output: inout ByteBuffer) {
        guard !isFailed, !isHandshaking else { return }
        LentBytes.lend(&output, to: lent) {
            ERR_clear_error()
            _ = SSL_shutdown(ssl)
            ERR_clear_error()
        }
    }
}
