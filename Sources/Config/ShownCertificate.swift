import Crypto

/// A certificate that is shown to others, and when it ends.
package struct ShownCertificate: Sendable, Hashable {
    /// So long before its end operators are warned.
    package static let warningDays = 14

    /// The file that holds it.
    package var file: String
    /// Whom it stands for.
    package var title: String
    /// Seconds since 1970.
    package var validUntil: Int

    /// What is worth saying about its end; `nil` while that is far away.
    package func warning(unixSeconds: Int) -> String? {
        let left = validUntil - unixSeconds
        if left <= 0 { return "the certificate in \(file) has expired" }
        guard left < Self.warningDays * 86_400 else { return nil }
        let days = left / 86_400
        let span = days == 0 ? "today" : days == 1 ? "in 1 day" : "in \(days) days"
        return "the certificate in \(file) expires \(span)"
    }
}

extension ServerConfig {
    /// All certificates that clients and `upstreams` are shown, each file once.
    package func certificates(towards upstreams: [UpstreamConfig]) -> [ShownCertificate] {
        let servers = listen.compactMap { self.tls(of: $0) } + [adminTLS].compactMap { $0 }
        let own = servers.flatMap { zip($0.identities.map(\.chain), $0.certificates) }
        let towards = upstreams.compactMap { upstream in
            upstream.tls.flatMap { tls in
                tls.settings.chain.flatMap { chain in tls.certificate.map { (chain, $0) } }
            }
        }
        var seen: Set<String> = []
        return (own + towards).compactMap { file, certificate in
            guard seen.insert(file.name).inserted else { return nil }
            return ShownCertificate(
                file: file.name,
                title: certificate.title,
                validUntil: certificate.validUntil
            )
        }
    }
}
