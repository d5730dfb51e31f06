import Testing

@testable import Config

@Suite struct GatewaySchemaTests {
    /// The gateway's defaults as the interface promises them.
    private static let promise = """
        {
          service: "gateway", listen: [":8080"], admin: ":8081", workers: "auto", adminTls: null,
          trustedPeers: [], adminToken: null, tls: null,
          auth: {
            apiKeys: null, jwt: [], introspection: null, clientCertificates: null,
            anonymous: null,
          },
          identity: { signWith: [], ttl: "30s" },
          services: {}, routes: [],
          timeouts: {
            connect: "1s", header: "10s", firstByte: "600s", idle: "120s", clientIdle: "60s",
            halfClose: "1s", total: null,
          },
          limits: {
            uri: "16KiB", requestHeaders: "64KiB", responseHeaders: "64KiB", headerCount: 128,
            requestBody: "256MiB", connections: 10000, handshakes: 1000,
            bufferMemory: "32MiB",
          },
          telemetry: {
            otlp: null, sample: 0.1, propagators: ["tracecontext", "baggage", "b3"],
            accessLog: "json", genAi: true,
          },
          drain: { delay: "5s", timeout: "110s" },
        }
        """

    @Test(arguments: ConfigKey<GatewayConfig>.gateway.map(\.path))
    func `every key has the default that is promised`(_ path: String) throws {
        let written = try ConfigText(Self.promise).load().effective.tree
        let fresh = try ConfigText("{ routes: [] }").load().effective.tree

        #expect(written.at(path + ".source") == .text("file"), "the promise lacks \(path)")
        #expect(written.at(path + ".value") == fresh.at(path + ".value"))
    }

    @Test func `a key is written once and read once`() {
        let paths = ConfigKey<GatewayConfig>.gateway.map(\.path)

        #expect(Set(paths).count == paths.count)
    }

    @Test func `what is shown loads again unchanged`() throws {
        let shown = try values(GatewayText.config().load())

        let secrets = ["\"•••\"": "\"\(GatewayText.secret)\""]
        let text = secrets.reduce(shown) { $0.replacing($1.key, with: $1.value) }
        let again = try values(GatewayText.config(text).load())

        #expect(again == shown)
    }

    /// The effective configuration without where its values came from.
    private func values(_ loaded: ConfigLoader.Loaded) throws -> String {
        func strip(_ tree: JSONTree) -> JSONTree {
            guard case .object(let members) = tree else { return tree }
            if let value = tree["value"], tree["source"] != nil { return value }
            return .object(members.map { .init($0.name, strip($0.value)) })
        }
        return strip(loaded.effective.tree).lines
    }

    @Test func `flags and variables reach a gateway too`() throws {
        let config = try ConfigText(
            "{ routes: [] }",
            environment: ["OUTRIDER_ADMIN": ":9", "OUTRIDER_UPSTREAM": "a:1"],
            flags: [.init(name: "listen", value: "127.0.0.1:8")]
        ).gateway()

        #expect(config.server.listen.map(\.address) == [.host("127.0.0.1", port: 8)])
        #expect(config.server.admin == .any(port: 9))
    }

    @Test func `a flag that only a sidecar has is told`() {
        let problems = ConfigText(
            "{ routes: [] }",
            flags: [.init(name: "upstream", value: "a:1")]
        ).problems

        #expect(problems == ["--upstream: a gateway's configuration has no such key"])
    }

    @Test func `one listener may stand alone`() throws {
        let config = try ConfigText("{ routes: [], listen: ':1' }").gateway()

        #expect(config.server.listen.map(\.address) == [.any(port: 1)])
    }
}
