import Crypto
import Support
import Testing

@testable import Access

@Suite struct GatekeeperCertificateTests {
    @Test(arguments: [
        (CertificateSettings.Identity.spiffe, "spiffe://mesh/a"), (.subject, "CN=robot"),
        (.san, "robot.test"),
    ]) func `a certificate names its holder`(
        _ identity: CertificateSettings.Identity,
        _ subject: String
    ) throws {
        let names = ["DNS:robot.test", "URI:spiffe://mesh/a"]
        let pair = try TestAuthority().issue(names, subject: "/CN=robot")
        let certificate = try Certificate(pair.chain)
        var settings = AccessSettings()
        settings.certificates = CertificateSettings()
        settings.certificates?.identity = identity
        settings.certificates?.caller.tenant = "acme"
        settings.certificates?.caller.scopes = ["run"]

        let principal = Gatekeeper(settings).principal(of: certificate)

        #expect(principal?.subject == subject)
        #expect(principal?.tenant == "acme")
        #expect(principal?.has(scopes: ["run"]) == true)
        #expect(principal?.expires == Int64(certificate.validUntil))
    }

    @Test func `without the name that is asked for, or unasked, it names nobody`() throws {
        let certificate = try Certificate(try TestAuthority().issue(["DNS:robot.test"]).chain)
        var settings = AccessSettings()
        let unasked = Gatekeeper(settings).principal(of: certificate)
        settings.certificates = CertificateSettings()
        let nameless = Gatekeeper(settings).principal(of: certificate)

        #expect(unasked == nil)
        #expect(nameless == nil)
    }
}
