import Access
import Crypto

extension GatewayConfig {
    /// Has listeners ask for the certificates that are credentials; reports why they cannot.
    mutating func askForCertificates(_ decoder: inout ConfigDecoder) {
        let path = "auth.clientCertificates"
        guard let settings = auth.certificates, !decoder.hasProblem(at: "tls"),
            !decoder.hasProblem(at: "listen"), !decoder.hasProblem(at: path)
        else { return }
        guard server.listen.contains(where: { server.tls(of: $0) != nil }) else {
            return decoder.report(of: [path], "needs tls: nobody shows a certificate without")
        }
        if let common = server.tls { server.tls = common.asking(settings.authority) }
        for index in server.listen.indices {
            guard case .own(let own) = server.listen[index].security else { continue }
            server.listen[index].security = .own(own.asking(settings.authority))
        }
        let areAsking = server.listen.compactMap { server.tls(of: $0) }.allSatisfy { server in
            server.identities.allSatisfy { $0.clientAuthority != nil }
        }
        if !areAsking {
            decoder.report(of: [path], "needs ca, or clientCA beside each certificate in tls")
        }
    }
}

extension TLSServer {
    /// The same, asking for certificates for which `authority` vouches where it asks for none.
    fileprivate func asking(_ authority: PEMFile?) -> TLSServer {
        guard let authority, identities.contains(where: { $0.clientAuthority == nil }) else {
            return self
        }
        let asking = identities.map { identity in
            var identity = identity
            identity.clientAuthority = identity.clientAuthority ?? authority
            return identity
        }
        // Each of its files has been read before.
        return (try? TLSServer(asking)) ?? self
    }
}
