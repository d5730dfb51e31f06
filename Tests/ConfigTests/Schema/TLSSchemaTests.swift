import Crypto
import Support
import Testing

@testable import Config

@Suite struct TLSSchemaTests {
    /// Certificates as files that a configuration may name.
    private struct Files {
        let authority: TestAuthority
        let own: TestAuthority.Pair
        let other: TestAuthority.Pair

        init() throws {
            authority = try TestAuthority()
            own = try authority.issue(["DNS:a.test"])
            other = try authority.issue(["DNS:b.test"])
        }

        func text(_ text: String, environment: [String: String] = [:]) -> ConfigText {
            ConfigText(
                text,
                environment: environment,
                files: [
                    "a.pem": own.chain.bytes, "a.key": own.key.bytes, "b.pem": other.chain.bytes,
                    "b.key": other.key.bytes, "ca.pem": authority.own.chain.bytes, "no.pem": [65],
                ]
            )
        }
    }

    @Test func `certificates of listeners are read and shown by their paths`() throws {
        let text = """
            { tls: [{ cert: "a.pem", key: "a.key", clientCA: "ca.pem", minVersion: "1.3" },
                    { cert: { file: "b.pem" }, key: { env: "KEY" }, clientCA: "ca.pem" }],
              adminTls: { cert: "a.pem", key: "a.key" } }
            """
        let files = try Files()
        let key = String(decoding: files.other.key.bytes, as: UTF8.self)

        let loaded = try files.text(text, environment: ["KEY": key]).load()

        let server = loaded.config.server
        #expect(server.tls?.certificates.map(\.hosts) == [["a.test"], ["b.test"]])
        #expect(server.tls?.identities.map(\.minimumVersion) == [.tls13, .tls12])
        #expect(server.adminTLS?.certificates.count == 1)
        #expect(loaded.files == ["a.pem", "a.key", "ca.pem", "b.pem"])
        let shown = loaded.effective.tree.at("adminTls.value")?.line
        #expect(
            shown == #"[{"cert": "a.pem", "key": "a.key", "clientCA": null, "#
                + #""requireClientCert": false, "minVersion": "1.2"}]"#
        )
        #expect(!loaded.effective.text.contains("PRIVATE"))
    }

    @Test func `a listener may have its own certificates, or none`() throws {
        let text = """
            { tls: { cert: "a.pem", key: "a.key" },
              listen: [":1", { address: ":2", tls: null },
                { address: ":3", tls: { cert: "b.pem", key: "b.key" }, protocol: "http1" }] }
            """

        let server = try Files().text(text).sidecar().server

        let hosts = server.listen.map { server.tls(of: $0)?.certificates[0].hosts }
        #expect(hosts == [["a.test"], nil, ["b.test"]])
        #expect(server.listen.map(\.speech) == [.auto, .auto, .http1])
    }

    @Test(arguments: [
        ("tls: { cert: 'a.pem' }", "1:8: tls: lacks the key \"key\""),
        ("tls: { cert: 'x.pem', key: 'a.key' }", "1:16: tls.cert: the file x.pem cannot be read"),
        (
            "tls: { cert: 'no.pem', key: 'a.key' }",
            "1:10: tls.cert: no.pem holds no certificate in PEM"
        ),
        (
            "tls: { cert: 'a.pem', key: 'no.pem' }",
            "1:25: tls.key: no.pem holds no unencrypted private key in PEM"
        ),
        (
            "tls: { cert: 'a.pem', key: 'b.key' }",
            "1:25: tls.key: the key in b.key is not that of the certificate in a.pem"
        ),
        (
            "tls: { cert: 'a.pem', key: 'a.key', clientCA: 'no.pem' }",
            "1:39: tls.clientCA: no.pem holds no certificate of an authority in PEM"
        ),
        (
            "tls: { cert: 'a.pem', key: 'a.key', requireClientCert: true }",
            "1:39: tls.requireClientCert: needs clientCA: who would vouch for a client?"
        ),
        (
            "tls: [{ cert: 'a.pem', key: 'a.key' }, "
                + "{ cert: 'b.pem', key: 'b.key', clientCA: 'ca.pem' }]",
            "1:8: tls: all certificates of a listener must ask the same of clients; give those "
                + "that differ in clientCA or requireClientCert a listener of their own"
        ),
        (
            "upstream: { tls: { cert: 'a.pem' } }",
            "1:22: upstream.tls.cert: goes with key alone"
        ),
        (
            "upstream: { tls: { ca: 'no.pem' } }",
            "1:22: upstream.tls.ca: no.pem holds no certificate of an authority in PEM"
        ),
        (
            "upstream: { tls: {} }",
            "1:20: upstream.tls: needs ca: this system has no certificates of authorities"
        ),
        (
            "upstream: { protocol: 'h1tls' }",
            "1:15: upstream.protocol: \"h1tls\" needs tls, if only tls: {}"
        ),
        (
            "upstream: { protocol: 'http1', tls: { ca: 'ca.pem' } }",
            "1:15: upstream.protocol: \"http1\" is without TLS, but there is tls: write h1tls "
                + "or h2tls"
        ),
    ]) func `what is wrong with certificates is told at its place`(
        _ text: String,
        _ problem: String
    ) throws {
        let problems = try Files().text("{ \(text) }").problems

        #expect(problems == ["s.json5:\(problem)"])
    }

    @Test func `an upstream is believed by its own authorities or by the system's`() throws {
        let text = """
            { upstream: { protocol: "h2tls", tls: { cert: "a.pem", key: "a.key", name: "m.test" } } }
            """

        let upstream = try Files().text(text, environment: ["SSL_CERT_FILE": "ca.pem"]).sidecar()
            .upstream

        #expect(upstream.speech == .h2tls)
        #expect(upstream.tls?.settings.authority?.name == "ca.pem")
        #expect(upstream.tls?.settings.name == "m.test")
        #expect(upstream.tls?.certificate?.hosts == ["a.test"])
    }

    @Test func `two that say the same of an upstream are equal`() throws {
        let files = try Files()
        func upstream(_ name: String) throws -> UpstreamConfig {
            try files.text("{ upstream: { tls: { ca: 'ca.pem', name: '\(name)' } } }").sidecar()
                .upstream
        }

        #expect(try upstream("a") == upstream("a"))
        #expect(try upstream("a") != upstream("b"))
    }
}
