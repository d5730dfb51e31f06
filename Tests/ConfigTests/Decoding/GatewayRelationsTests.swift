import Testing

@testable import Config

@Suite struct GatewayRelationsTests {
    @Test(arguments: [
        (
            "{ services: { a: { endpoints: 'h:1' } }, routes: [{ service: 'b' }] }",
            "s.json5:1:53: routes[0].service: there is no service \"b\""
        ),
        (
            "{ services: { llama: { endpoints: 'h:1' } }, routes: [{ service: 'lama' }] }",
            "s.json5:1:57: routes[0].service: there is no service \"lama\", "
                + "did you mean \"llama\"?"
        ),
        (
            "{ services: { a: { endpoints: 'h:1' } },\n"
                + "routes: [{ name: 'x', service: 'a' }, { name: 'x', service: 'a' }] }",
            "s.json5:2:41: routes[1].name: is the name of routes[0] already"
        ),
        (
            "{ services: { a: { endpoints: 'h:1' } }, routes: [{ service: 'a', version: '^2' }] }",
            "s.json5:1:67: routes[0].version: no version of a fits ^2"
        ),
        (
            "{ services: { a: { endpoints: 'h:1', fallback: 'other' } } }",
            "s.json5:1:38: services.a.fallback[0]: there is no service \"other\""
        ),
        (
            "{ services: { 'a.b': { endpoints: 'h:1', fallback: 'a.b' } } }",
            "s.json5:1:42: services[\"a.b\"].fallback[0]: is the service itself"
        ),
        (
            "{ services: { a: { endpoints: 'h:1', fallback: '@2' } } }",
            "s.json5:1:38: services.a.fallback[0]: there is no version 2"
        ),
        (
            "{ services: { a: { endpoints: ['h:1', 'h:1'] } } }",
            "s.json5:1:20: services.a.endpoints: names an endpoint twice"
        ),
        (
            "{ services: { a: { versions: { '1.0': { endpoints: ['h:1', 'h:1'] } } } } }",
            "s.json5:1:41: services.a.versions[\"1.0\"].endpoints: names an endpoint twice"
        ),
        (
            "{ services: { a: { endpoints: 'h:1', breaker: { openFor: '2m' } } } }",
            "s.json5:1:49: services.a.breaker.openFor: "
                + "breaker.openFor must not be longer than breaker.maxOpenFor"
        ),
        (
            "{ services: { a: { endpoints: 'h:1' } }, "
                + "routes: [{ service: 'a', match: { path: '/x' }, rewrite: '/y/**' }] }",
            "s.json5:1:90: routes[0].rewrite: ends in \"/**\", but match.path does not"
        ),
        ("{ routes: [], admin: ':8080' }", "s.json5:1:15: admin: :8080 is taken by listen too"),
    ])
    func `what contradicts each other is told where it was written`(
        _ text: String,
        _ problem: String
    ) {
        #expect(ConfigText(text).problems == [problem])
    }

    @Test func `services that stand in for each other are told`() {
        let text = """
            { services: { a: { endpoints: 'h:1', fallback: 'b' }, b: { endpoints: 'h:2',
              fallback: 'a' } } }
            """

        #expect(
            ConfigText(text).problems == [
                "s.json5:1:38: services.a.fallback: goes in a circle: a, b, a",
                "s.json5:2:3: services.b.fallback: goes in a circle: b, a, b",
            ]
        )
    }

    @Test func `the first key must be able to sign`() {
        let keys = "[{ file: 'public.pem' }, '\(GatewayText.secret)']"
        let text = "{ routes: [], identity: { signWith: \(keys) } }"
        let pem = Array(PEMSamples.publicKey.utf8)

        #expect(
            ConfigText(text, files: ["public.pem": pem]).problems == [
                "s.json5:1:27: identity.signWith: "
                    + "the first key signs, so it must be a secret or a private key"
            ]
        )
    }

    @Test func `two issuers of one name are refused`() {
        let issuer = "{ issuer: 'i', audience: 'a', jwks: 'http://h/k' }"

        #expect(GatewayText.access("jwt: [\(issuer), \(issuer)]").problems.count == 1)
    }
}
