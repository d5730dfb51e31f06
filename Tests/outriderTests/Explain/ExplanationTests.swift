import Access
import Config
import Testing

@testable import outrider

@Suite struct ExplanationTests {
    private static let key = APIKey.make(random32: [UInt8](repeating: 7, count: 32))
    private static let anonymous = "anonymous: { tenant: 'public', scopes: ['read'] }"

    /// What is said of `line` before a gateway with `auth`.
    private func explain(
        _ line: String,
        auth: String = anonymous,
        headers: [String] = [],
        body: String? = nil
    ) throws -> (text: String, isForwarded: Bool) {
        let hash = SecretHash.text(of: APIKey.hash(Array(Self.key.utf8).span))
        let keys = """
            { keys: [
              { id: 'acme', tenant: 'acme', scopes: ['chat'], secrets: { hash: '\(hash)' } },
            ] }
            """
        let text = """
            {
              auth: { \(auth) },
              services: {
                llama: {
                  versions: { '1.0.0': { endpoints: 'h:1' }, '2.0.0': { endpoints: 'h:2' } },
                  stable: '1.0.0', versionHeader: 'x-version', fallback: 'small', models: 'llama-8b',
                },
                small: { endpoints: 'h:3' },
              },
              routes: [
                { name: 'chat', match: { path: '/chat', model: 'llama-*' }, service: 'llama',
                  scopes: 'chat', rewrite: '/v1/chat' },
                { name: 'open', match: { path: '/open/{version}/**' }, service: 'llama' },
              ],
            }
            """
        let loader = ConfigLoader(readFile: { $0 == "k" ? Array(keys.utf8) : nil })
        let outcome = loader.load(.init(name: "g", bytes: Array(text.utf8)))
        guard case .loaded(let loaded) = outcome, case .gateway(let config) = loaded.config else {
            Issue.record("\(outcome)")
            return ("", false)
        }
        var explanation = Explanation(config, now: 1_000, seed: 1)
        let request = try ExplainedRequest(line, headers: headers, body: body)
        let isForwarded = explanation.explain(request)
        return (explanation.text, isForwarded)
    }

    @Test func `a request that would be forwarded is told step by step`() throws {
        let (text, isForwarded) = try explain(
            "POST /c%68at",
            auth: "apiKeys: 'k'",
            headers: ["Authorization: Bearer \(Self.key)", "x-version: ^2"],
            body: "{\"model\":\"llama-8b\"}"
        )

        #expect(isForwarded)
        #expect(
            text == """
                request    POST /c%68at
                path       /chat, in its normal form
                caller     API key of "acme", tenant "acme", tier none, scopes chat
                model      "llama-8b", named by the body
                route *    chat: fits and is taken
                route      open: path /chat does not fit /open/{version}/**
                scopes     chat: all held
                version    llama 2.0.0, by the header x-version: ^2
                endpoints  h:2
                fallback   small 1
                forwarded  as /v1/chat
                policies   2 tries, breaker opens after 5 failures in a row for 5000 ms, \
                tcp checks every 5000 ms
                verdict    would be forwarded

                """
        )
        #expect(!text.contains(Self.key))
    }

    @Test(arguments: [
        ("GET /none", "404 no_route"), ("GET /a/../b", "400 malformed_request"),
        ("TRACE /open/1.0.0", "405 method_not_allowed"), ("GET /open/7/a", "404 no_route"),
    ])
    func `a request that would be refused is told with its status`(
        _ line: String,
        _ verdict: String
    ) throws {
        let (text, isForwarded) = try explain(line)

        #expect(!isForwarded)
        #expect(text.contains("would be answered \(verdict)"), "\(text)")
    }

    @Test func `a scope that is lacking is named`() throws {
        let (text, isForwarded) = try explain("POST /chat", body: "{\"model\":\"llama-8b\"}")

        #expect(!isForwarded)
        #expect(text.contains("scopes     chat: lacking chat\n"))
        #expect(text.contains("403 forbidden"))
    }

    @Test func `a model that is not among the caller's is refused`() throws {
        let auth = "anonymous: { models: ['tiny-*'] }"

        let (text, isForwarded) = try explain("GET /open/1.0.0/a", auth: auth)

        #expect(!isForwarded)
        #expect(text.contains("403 forbidden"))
    }

    @Test func `two models in one body are refused`() throws {
        let body = "{\"model\":\"a\",\"model\":\"b\"}"

        let (text, isForwarded) = try explain("POST /chat", body: body)

        #expect(!isForwarded)
        #expect(text.contains("400 malformed_request: the body names two models"))
    }

    @Test(arguments: [
        (["authorization: Bearer ork_wrong"], "refused: no key: its beginning"),
        (["authorization: Basic YTpi"], "a credential that is none"),
        (["x-api-key: a", "api-key: b"], "two credentials that differ"),
        ([], "no credential, and auth.anonymous is not set"),
    ])
    func `a bad credential is told and never shown`(_ headers: [String], _ reason: String) throws {
        let (text, isForwarded) = try explain(
            "GET /open/1.0.0/a",
            auth: "apiKeys: 'k'",
            headers: headers
        )

        #expect(!isForwarded)
        #expect(text.contains("caller     \(reason)"), "\(text)")
        #expect(text.contains("401 unauthenticated"))
        #expect(!text.contains("ork_wrong") && !text.contains("YTpi"))
    }

    @Test func `a token whose keys are elsewhere cannot be told`() throws {
        let (text, isForwarded) = try explain(
            "GET /open/1.0.0/a",
            auth: "introspection: { url: 'http://h/i' }",
            headers: ["authorization: Bearer opaque"]
        )

        #expect(!isForwarded)
        #expect(text.contains("verdict    cannot be told here\n"))
    }

    @Test func `the list of models is the gateway's own answer`() throws {
        #expect(try explain("GET /v1/models").text.contains("answered by the gateway"))
    }

    @Test(arguments: ["", "GET", "GET a b", "GET a"])
    func `what is no request is refused`(_ line: String) {
        #expect(throws: UsageError.self) {
            try ExplainedRequest(line, headers: [], body: nil)
        }
    }

    @Test func `what is no header is refused without being shown`() {
        let failure = #expect(throws: UsageError.self) {
            try ExplainedRequest("GET /", headers: ["Bearer hunter2"], body: nil)
        }

        #expect(failure?.message.contains("hunter2") == false)
    }
}
