import Support
import Testing

@testable import Crypto

@Suite struct CertificateTests {
    @Test func `its names and times are read`() throws {
        let names = [
            "DNS:A.test", "DNS:*.b.test", "IP:10.0.0.1", "URI:spiffe://mesh/x", "email:a@b.c",
        ]
        let pair = try TestAuthority().issue(names, subject: "/O=Über/CN=model, one")

        let certificate = try Certificate(pair.chain)

        #expect(certificate.hosts == ["a.test", "*.b.test"])
        #expect(certificate.addresses == [[10, 0, 0, 1]])
        #expect(certificate.uris == ["spiffe://mesh/x"])
        #expect(certificate.emails == ["a@b.c"])
        #expect(certificate.spiffeID == "spiffe://mesh/x")
        #expect(certificate.subject == "CN=model\\, one,O=Über")
        #expect(certificate.validUntil - certificate.validFrom == 2 * 86_400)
        #expect(certificate.validFrom > 1_700_000_000)
    }

    @Test(arguments: [[], ["URI:https://x.test"], ["URI:spiffe://a/b", "URI:spiffe://a/c"]])
    func `a SPIFFE id is the only URI of its certificate`(_ names: [String]) throws {
        let certificate = try Certificate(try TestAuthority().issue(names).chain)

        #expect(certificate.spiffeID == nil)
    }

    @Test(arguments: ["", "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n"])
    func `what is no certificate is refused`(_ text: String) {
        let file = PEMFile(name: "x.pem", bytes: Array(text.utf8))

        #expect(throws: TLSProblem.noCertificate("x.pem")) { try Certificate(file) }
    }
}
