package import Crypto
import Telemetry

extension Gatekeeper {
    /// Who shows `certificate`, which the handshake has verified; `nil` where it names nobody, or
    /// where certificates are no credentials.
    package func principal(of certificate: Certificate) -> Principal? {
        guard let settings = certificates, let name = settings.identity.name(in: certificate) else {
            return nil
        }
        let caller = settings.caller
        return Principal(
            caller: Caller(subject: name, tenant: caller.tenant, tier: caller.tier),
            scopes: caller.scopes,
            models: caller.models,
            expires: Int64(certificate.validUntil)
        )
    }
}

extension CertificateSettings.Identity {
    /// The name of the holder; `nil` where the certificate has no such name.
    fileprivate func name(in certificate: Certificate) -> String? {
        switch self {
        case .spiffe: certificate.spiffeID
        case .subject: certificate.subject.isEmpty ? nil : certificate.subject
        case .san: (certificate.hosts + certificate.uris + certificate.emails).first
        }
    }
}
