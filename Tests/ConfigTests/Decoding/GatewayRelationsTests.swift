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
            "s.json5:1:57: routes[0].service: there is no service \"lama\", did you mean \"llama\"?"
        ),
        (
            "{ services: { a: { endpoints: 'h:1' } },\n"
                + "routes: [{ name: 'x', service: 'a' }, { name: 'x', service: 'a' }] }",
            "s.json5:2:41: routes[1].name: \"x\" is taken"
        ),
        (
            "{ services: { a: { endpoints: 'h:1', fallback: 'other' } } }",
            "s.json5:1:38: services.a.fallback: there is no service \"other\""
        ),
        (
            "{ services: { a: { endpoints: 'h:1', fallback: 'a' } } }",
            "s.json5:1:38: services.a.fallback: a service cannot stand in for itself"
        ),
        (
            "{ services: { a: { endpoints: 'h:1', fallback: '@2' } } }",
            "s.json5:1:38: services.a.fallback: \"@2\" is no version of it"
        ),
        (
            "{ services: { a: { endpoints: 'h:1', fallback: 'b' },\n"
                + "b: { endpoints: 'h:2', fallback: 'c' }, c: { endpoints: 'h:3', fallback: 'b' } } }",
            "s.json5:2:64: services.c.fallback: services stand in for each other: b -> c -> b"
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
            "s.json5:1:90: routes[0].rewrite: "
                + "keeps what \"**\" stood for, but match.path does not end in \"/**\""
        ),
        ("{ routes: [], admin: ':8080' }", "s.json5:1:15: admin: :8080 is taken by listen too"),
    ])
    func `what contradicts each other is told where it was written`(
        _ text: String,
        _ problem: String
    ) {
        #expect(ConfigText(text).problems == [problem])
    }

    @Test func `the first key must be able to sign`() {
        let pem = "-----BEGIN PUBLIC KEY-----\\nMCow\\n-----END PUBLIC KEY-----"

        let problems = ConfigText("{ routes: [], identity: { signWith: { publicKey: '\(pem)' } } }")
            .problems

        #expect(
            problems == [
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
