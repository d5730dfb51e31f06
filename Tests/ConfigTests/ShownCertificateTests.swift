import Crypto
import Support
import Testing

@testable import Config

@Suite struct ShownCertificateTests {
    @Test(arguments: [
        (-1, "has expired"), (0, "has expired"), (1, "expires today"), (86_400, "expires in 1 day"),
        (13 * 86_400 + 5, "expires in 13 days"), (14 * 86_400, nil), (90 * 86_400, nil),
    ]) func `its end is told two weeks before`(_ left: Int, _ text: String?) {
        let shown = ShownCertificate(file: "a.pem", title: "a", validUntil: 1_000 + left)

        let warning = shown.warning(unixSeconds: 1_000)

        #expect(warning == text.map { "the certificate in a.pem \($0)" })
    }

    @Test func `every certificate that is shown is listed once`() throws {
        let authority = try TestAuthority()
        let (one, two) = (try authority.issue(["DNS:a.test"]), try authority.issue(["DNS:b.test"]))
        let text = """
            { tls: { cert: "a", key: "ak" }, adminTls: { cert: "a", key: "ak" },
              upstream: { tls: { cert: "b", key: "bk", verify: false } } }
            """
        let files = [
            "a": one.chain.bytes, "ak": one.key.bytes, "b": two.chain.bytes, "bk": two.key.bytes,
        ]

        let config = try ConfigText(text, files: files).sidecar()

        let shown = config.server.certificates(towards: [config.upstream])
        #expect(shown.map(\.file) == ["a", "b"])
        #expect(shown.map(\.title) == ["a.test", "b.test"])
    }
}
