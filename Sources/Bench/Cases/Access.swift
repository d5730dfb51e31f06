import Access
import Base
import Crypto

extension Case {
    /// Who asks; each of these has been judged before, as nearly all are.
    static let access = [
        Case("identity: a token that is known") { count in
            var claims = IdentityClaims()
            claims.subject = "ann"
            claims.tenant = "acme"
            claims.audience = "model"
            claims.route = "chat"
            (claims.issuedAt, claims.expires) = (1_000, 1_030)
            let secret = [UInt8](repeating: 0x5a, count: 32)
            let key = IdentityKeySettings(id: "k1", material: .secret(secret))
            guard let token = try? IdentitySigner(key).sign(claims),
                let verifier = try? IdentityVerifier([key], audience: "model")
            else { return }
            var cache = VerdictCache()
            var hasher = Hasher256()
            for _ in 0..<count {
                let verdict = verifier.judge(
                    token.span,
                    nowUnix: 1_001,
                    cache: &cache,
                    hasher: &hasher
                )
                guard case .accepted = verdict else { leave("the identity was refused") }
            }
        },
        Case("gateway: an API key that is known") { count in
            let text = Array(APIKey.make(random32: [UInt8](repeating: 7, count: 32)).utf8)
            var record = KeyRecord(id: "ann")
            record.secrets = [KeyRecord.Secret(hash: APIKey.hash(text.span))]
            var settings = AccessSettings()
            settings.keys = [record]
            let gatekeeper = Gatekeeper(settings)
            var cache = VerdictCache()
            var hasher = Hasher256()
            for _ in 0..<count {
                let verdict = gatekeeper.judge(
                    text.span,
                    nowUnix: 1_001,
                    cache: &cache,
                    hasher: &hasher
                )
                guard case .accepted = verdict else { leave("the key was refused") }
            }
        },
        Case("gateway: find the credential") { count in
            let head = requestHead(Heads.sdk)
            for _ in 0..<count {
                let credential = CredentialReader.read(head: head)
                if case .none = credential { leave("no credential was found") }
            }
        },
    ]
}
