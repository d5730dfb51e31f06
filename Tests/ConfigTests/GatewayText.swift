import Testing

@testable import Config

/// Gateways written in tests.
enum GatewayText {
    /// One of everything.
    static let whole = """
        {
          auth: {
            apiKeys: { file: "keys.json5" },
            jwt: [{
              issuer: "https://idp.example", audience: "outrider", jwks: { file: "jwks.json" },
              algorithms: ["ES256"], leeway: "5s", claims: { tenant: "org" },
            }],
            introspection: {
              url: "http://127.0.0.1:9/introspect", clientId: "gateway",
              clientSecret: { env: "INTROSPECTION" }, cacheFor: "10s",
            },
            anonymous: { tenant: "public", tier: "free", scopes: ["read"], models: ["tiny-*"] },
          },
          identity: { signWith: { env: "IDENTITY" }, ttl: "20s" },
          services: {
            sentiment: {
              versions: {
                "2.0.0": { endpoints: "10.0.0.6:4000" },
                "1.4.0": {
                  endpoints: ["10.0.0.5:4000", "dns:sentiment-v1.models.svc:4000"],
                  costPerCall: 0.0001,
                },
              },
              split: { "1.4.0": 95, "2.0.0": 5 }, sticky: "tenant", fallback: ["small", "@2.0.0"],
              versionHeader: "X-Model-Version", versionQuery: "version",
              retry: { attempts: 3 }, breaker: { openFor: "1s" }, health: { interval: "1s" },
            },
            small: { endpoints: ["unix:/run/small.sock"], models: ["llama-8b"], costPerCall: 2 },
          },
          routes: [
            {
              name: "sentiment",
              match: { path: "/v1/sentiment/**", methods: ["POST"] },
              service: "sentiment", version: "^1.4", scopes: ["sentiment:invoke"],
              rewrite: "/predict",
            },
            {
              match: {
                host: "*.Example.com", path: "/{version}/chat/*", method: "POST",
                headers: { "X-Tier": "*" }, query: { beta: "1" }, model: "llama-*",
                tenant: ["acme", "umbrella"], tier: "gold", claims: { region: "eu-*" },
              },
              service: "small", keepCredential: true,
              requestHeaders: { remove: "Cookie", set: { "x-a": "b" }, add: { "x-c": "d" } },
              responseHeaders: { remove: ["server"] },
            },
          ],
        }
        """

    static let secret = "0123456789abcdef0123456789abcdef"

    /// `text` with every file and variable that `whole` names.
    static func config(_ text: String = whole, keys: String = "{ keys: [] }") -> ConfigText {
        ConfigText(
            text,
            environment: ["INTROSPECTION": "hunter2", "IDENTITY": secret],
            files: [
                "keys.json5": Array(keys.utf8), "jwks.json": Array(PEMSamples.keySet.utf8),
            ]
        )
    }

    /// A gateway of one service with `members` beside its endpoint.
    static func service(_ members: String) -> ConfigText {
        config("{ services: { a: { endpoints: 'h:1', \(members) } } }")
    }

    /// A gateway of one route with `members`.
    static func route(_ members: String) -> ConfigText {
        config("{ services: { a: { endpoints: 'h:1' } }, routes: [{ service: 'a', \(members) }] }")
    }

    /// A gateway whose `auth` holds `members`.
    static func access(_ members: String) -> ConfigText {
        config("{ services: {}, auth: { \(members) } }")
    }
}
