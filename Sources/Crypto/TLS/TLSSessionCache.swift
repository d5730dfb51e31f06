private import COpenSSL
import Synchronization

/// Sessions of one endpoint that can be resumed; shared by workers, under a lock held for a move.
///
/// Each is used once (RFC 8446 Appendix C.4): whoever sees two handshakes must not be able to tell
/// that they are of the same client.
package final class TLSSessionCache: Sendable {
    /// More than a worker opens at a time are of no use.
    static let capacity = 8

    /// Addresses of OpenSSL's sessions, the newest last; each holds a reference.
    private let sessions = Mutex<[UInt]>([])

    package init() {}

    deinit {
        for session in sessions.withLock({ $0 }) {
            SSL_SESSION_free(OpaquePointer(bitPattern: session))
        }
    }

    /// How many wait to be resumed.
    package var count: Int { sessions.withLock { $0.count } }

    /// Keeps a session, whose reference it takes over.
    func put(_ session: OpaquePointer) {
        let dropped: UInt? = sessions.withLock { sessions in
            sessions.append(UInt(bitPattern: session))
            return sessions.count > Self.capacity ? sessions.removeFirst() : nil
        }
        if let dropped { SSL_SESSION_free(OpaquePointer(bitPattern: dropped)) }
    }

    /// The newest session, whose reference is handed over.
    func take() -> OpaquePointer? {
        sessions.withLock { $0.popLast() }.flatMap { OpaquePointer(bitPattern: $0) }
    }
}
