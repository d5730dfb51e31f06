private import COpenSSL

/// How an upstream is spoken to over TLS: whom to believe, and who we are; never changed.
package final class TLSClient: Sendable {
    package struct Settings: Sendable, Hashable {
        /// Who vouches for the upstream; without it nobody is believed, unless `verifies` is off.
        package var authority: PEMFile?
        /// The name to ask for and to find in the certificate, instead of the endpoint's own.
        package var name: String?
        /// Whether the upstream must prove who it is.
        package var verifies = true
        /// What to show to an upstream that asks who we are, and its key: both or none.
        package var chain: PEMFile?
        package var key: PEMFile?

        package init() {}
    }

    package let settings: Settings
    /// What we show, if anything.
    package let certificate: Certificate?
    let context: TLSContext

    package init(_ settings: Settings) throws(TLSProblem) {
        self.settings = settings
        let context = TLSContext(.client, minimumVersion: .tls12)
        if let authority = settings.authority { try context.trust(authority, naming: false) }
        var certificate: Certificate?
        if let chain = settings.chain, let key = settings.key {
            try context.identify(chain: chain, key: key)
            certificate = try Certificate(chain)
        }
        context.withContext { context in
            SSL_CTX_set_verify(context, settings.verifies ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nil)
            outrider_hand_out_sessions(context)
            TLSSession.handOutSessions(of: context)
        }
        self.certificate = certificate
        self.context = context
    }
}

extension TLSClient: Equatable {
    /// Whether both speak in the same way; by the bytes of files, not by their names alone.
    package static func == (lhs: TLSClient, rhs: TLSClient) -> Bool { lhs.settings == rhs.settings }
}
