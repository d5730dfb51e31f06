private import COpenSSL

/// What a listener shows to its clients, and what it asks of them; never changed once it is made.
///
/// One certificate or several, chosen by the name that the client asks for (RFC 6066 §3).
package final class TLSServer: Sendable {
    /// A certificate, its key, and whom to let in with them.
    package struct Identity: Sendable, Hashable {
        package var chain: PEMFile
        package var key: PEMFile
        /// Who vouches for clients; without it they are not asked for a certificate.
        package var clientAuthority: PEMFile?
        /// Whether a client without a certificate is turned away.
        package var requiresClient = false
        package var minimumVersion = TLSVersion.tls12

        package init(chain: PEMFile, key: PEMFile) {
            self.chain = chain
            self.key = key
        }
    }

    struct Entry: Sendable {
        let context: TLSContext
        let identity: Identity
    }

    /// What its certificates say, in the order of the identities.
    package let certificates: [Certificate]
    /// What it was made of, in order.
    package var identities: [Identity] { entries.map(\.identity) }
    let entries: [Entry]
    private let names: ServerNames

    /// The first identity is shown to who asks for no name, or for one that nobody has.
    package init(_ identities: [Identity]) throws(TLSProblem) {
        precondition(!identities.isEmpty)
        var entries: [Entry] = []
        var certificates: [Certificate] = []
        for identity in identities {
            certificates.append(try Certificate(identity.chain))
            entries.append(Entry(context: try Self.context(identity), identity: identity))
        }
        self.entries = entries
        self.certificates = certificates
        names = ServerNames(certificates.map(\.hosts))
    }

    /// The entry for the name that a client asks for.
    func entry(for name: String?) -> Entry {
        entries[name.flatMap { names.find($0) } ?? 0]
    }

    private static func context(_ identity: Identity) throws(TLSProblem) -> TLSContext {
        let context = TLSContext(.server, minimumVersion: identity.minimumVersion)
        try context.identify(chain: identity.chain, key: identity.key)
        if let authority = identity.clientAuthority { try context.trust(authority, naming: true) }
        context.withContext { context in
            outrider_keep_no_sessions(context)
            // A session holds what was found out about its client: it is of use only where the
            // same is asked of clients.
            let scope = identity.scope
            SSL_CTX_set_session_id_context(context, scope, UInt32(scope.count))
            SSL_CTX_set_timeout(context, sessionSeconds)
            TLSSession.answerQuestions(of: context)
        }
        return context
    }

    /// How long a session can be resumed.
    private static let sessionSeconds = 7_200
}

extension TLSServer.Identity {
    /// Tells apart what is asked of clients: 32 bytes.
    fileprivate var scope: [UInt8] {
        var text: [UInt8] = [requiresClient ? 1 : 0]
        text += clientAuthority?.bytes ?? []
        return Digest.sha256(text.span)
    }
}
