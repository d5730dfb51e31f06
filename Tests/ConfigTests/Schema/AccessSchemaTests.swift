import Access
import Base
import Testing

@testable import Config

@Suite struct AccessSchemaTests {
    @Test func `everything that auth says reaches its field`() throws {
        let auth = try GatewayText.config().gateway().auth

        let issuer = try #require(auth.issuers.first)
        #expect(issuer.issuer == "https://idp.example" && issuer.audience == ["outrider"])
        #expect(issuer.keys == .inline(text: PEMSamples.keySet, path: "jwks.json"))
        #expect(issuer.algorithms == [.es256] && issuer.leeway == .seconds(5))
        #expect(issuer.tenantClaim == "org" && issuer.scopesClaim == "scope")
        let introspection = try #require(auth.introspection)
        #expect(introspection.url == "http://127.0.0.1:9/introspect")
        #expect(introspection.clientID == "gateway" && introspection.clientSecret == "hunter2")
        #expect(introspection.cacheFor == .seconds(10))
        #expect(auth.anonymous?.tenant == "public" && auth.anonymous?.tier == "free")
        #expect(auth.anonymous?.scopes == ["read"])
        #expect(auth.anonymous?.models == [Wildcard("tiny-*")])
    }

    @Test func `keys of an issuer may be a URL or the secret of HS256`() throws {
        let text = """
            jwt: [{ issuer: 'a', audience: 'x', jwks: 'http://idp:8080/keys' },
                  { issuer: 'b', audience: 'x', secret: { env: 'IDENTITY' } }]
            """

        let issuers = try GatewayText.access(text).gateway().auth.issuers

        #expect(issuers.map(\.keys) == [.url("http://idp:8080/keys"), .secret(secret)])
        #expect(issuers.map(\.algorithms) == [[.rs256, .es256, .edDSA], [.hs256]])
    }

    private let secret = Array(GatewayText.secret.utf8)

    @Test func `a caller without credentials may be nothing in particular`() throws {
        let auth = try GatewayText.access("anonymous: true").gateway().auth

        #expect(auth.anonymous == CallerSettings())
        #expect(try GatewayText.access("").gateway().auth.anonymous == nil)
    }

    @Test(arguments: [
        ("jwt: { issuer: 'a', jwks: 'http://h/' }", "auth.jwt: lacks the key \"audience\""),
        ("jwt: { issuer: 'a', audience: 'b' }", "auth.jwt: must have one of jwks and secret"),
        (
            "jwt: [{ issuer: 'a', audience: 'b', jwks: 'http://h/', secret: 'x' }]",
            "auth.jwt[0]: must have one of jwks and secret"
        ),
        (
            "jwt: { issuer: 'a', audience: 'b', secret: 'short' }",
            "auth.jwt.secret: a secret must be at least 32 bytes long"
        ),
        (
            "jwt: { issuer: 'a', audience: 'b', jwks: 'http://h/', algorithms: ['HS256'] }",
            "auth.jwt.algorithms: HS256 goes with secret, not with jwks"
        ),
        (
            "jwt: { issuer: 'a', audience: 'b', jwks: 'http://h/', algorithms: 'none' }",
            "auth.jwt.algorithms: \"none\" is not an algorithm; valid are HS256, RS256, RS384, "
                + "RS512, PS256, ES256, ES384, EdDSA"
        ),
        (
            "jwt: { issuer: 'a', audience: 'b', jwks: 'https://h/' }",
            "auth.jwt: https: needs certificates of authorities, and this system has none: name "
                + "their file in SSL_CERT_FILE"
        ),
        (
            "jwt: { issuer: 'a', audience: 'b', jwks: 'h/keys' }",
            "auth.jwt.jwks: must be a URL such as https://host/path"
        ),
        (
            "jwt: { issuer: 'a', audience: 'b', jwks: { file: 'none' } }",
            "auth.jwt.jwks: the file none cannot be read"
        ),
        ("introspection: {}", "auth.introspection: lacks the key \"url\""),
        (
            "clientCertificates: {}",
            "auth.clientCertificates: needs tls: nobody shows a certificate without"
        ),
        ("anonymous: false", "auth.anonymous: must be an object, not a boolean"),
    ])
    func `what cannot be is told at its key`(_ members: String, _ problem: String) {
        let problems = GatewayText.access(members).problems

        #expect(problems.map { $0.hasSuffix(": " + problem) } == [true], "\(problems)")
    }

    @Test(arguments: [
        (
            "{}",
            "the file jwks.json is not a key set: not a JSON object with a list of keys (RFC 7517)"
        ),
        ("{\"keys\":[]}", "the key set in jwks.json has no key that can be used"),
    ])
    func `a file that is no key set is told`(_ keySet: String, _ problem: String) {
        var config = GatewayText.access(
            "jwt: { issuer: 'a', audience: 'b', jwks: { file: 'jwks.json' } }"
        )
        config.files["jwks.json"] = Array(keySet.utf8)

        #expect(config.problems.map { $0.hasSuffix("auth.jwt.jwks: " + problem) } == [true])
    }

    @Test func `claims that routes ask for are taken from tokens`() throws {
        #expect(try GatewayText.config().gateway().auth.claimNames == ["region"])
    }

    @Test func `secrets are never shown, and files are told`() throws {
        let loaded = try GatewayText.config().load()

        #expect(!loaded.effective.text.contains("hunter2"))
        #expect(!loaded.effective.text.contains(GatewayText.secret))
        #expect(loaded.files == ["keys.json5", "jwks.json"])
    }
}
