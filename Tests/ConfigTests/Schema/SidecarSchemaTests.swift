import Testing

@testable import Config

@Suite struct SidecarSchemaTests {
    /// The sidecar's defaults as the interface promises them, word for word.
    private static let promise = """
        {
          service: "model", version: "", listen: [":4000"], admin: ":4001", workers: 1,
          upstream: {
            endpoints: ["127.0.0.1:8000"], protocol: "auto", engine: "generic",
            balance: "leastRequest", keepAlive: "4s",
            maxConnections: 1024, hashOn: null, tls: null,
          },
          timeouts: {
            connect: "1s", header: "10s", firstByte: "600s", idle: "120s", clientIdle: "60s",
            halfClose: "1s", total: null,
          },
          retry: {
            attempts: 2,
            on: ["connect", "refusedStream", "staleConnection", "502", "503", "504"],
            budget: { ratio: 0.2, floor: 3 },
            backoff: { base: "25ms", max: "250ms" },
            replayBody: "64KiB", maxRetryAfter: "300s", trustIdempotencyKey: false,
            nonIdempotent: false,
          },
          breaker: {
            consecutiveFailures: 5, failureRate: 0.5, minimumCalls: 10, window: "30s",
            slowCall: { firstByte: null, rate: 0.8 },
            openFor: "5s", maxOpenFor: "60s", jitter: 0.2, halfOpenProbes: 1, rampUp: "10s",
          },
          admission: {
            concurrency: 64, queue: 128, queueTimeout: "10s", adaptive: false, shadow: false,
            priorities: true,
          },
          health: {
            type: "http", path: null, interval: "5s", timeout: "2s", unhealthyAfter: 3,
            healthyAfter: 1, modelLoadedCheck: true, breakerFailsReadiness: false,
            stalledAfter: "60s",
            faultPatterns: ["CUDA error", "out of memory", "device-side assert"],
          },
          limits: {
            uri: "16KiB", requestHeaders: "64KiB", responseHeaders: "64KiB", headerCount: 128,
            requestBody: "256MiB", connections: 10000, handshakes: 1000,
            bufferMemory: "32MiB",
          },
          trustedPeers: ["loopback", "unix"], adminToken: null,
          identity: { mode: "off", keys: [] },
          rateLimits: [], quotas: [], cache: null, transform: [], guard: null, mask: null,
          pricing: {}, drift: null, store: null, fallback: null, faults: null, outbound: [],
          tls: null, adminTls: null,
          telemetry: {
            otlp: null, sample: 0.1, propagators: ["tracecontext", "baggage", "b3"],
            accessLog: "json", genAi: true,
          },
          drain: { delay: "5s", timeout: "110s" },
        }
        """

    @Test(arguments: ConfigKey<SidecarConfig>.sidecar.map(\.path))
    func `every key has the default that is promised`(_ path: String) throws {
        let written = try ConfigText(Self.promise).load().effective.tree
        let fresh = try ConfigText("{}").load().effective.tree

        #expect(written.at(path + ".source") == .text("file"), "the promise lacks \(path)")
        #expect(written.at(path + ".value") == fresh.at(path + ".value"))
    }

    @Test func `a key is written once and read once`() {
        let paths = ConfigKey<SidecarConfig>.sidecar.map(\.path)

        #expect(Set(paths).count == paths.count)
    }

    /// A value other than the default for each key, and how it is shown.
    private static let samples: [(path: String, value: String, shown: String)] = [
        ("service", "'m'", #""m""#), ("version", "'1.4'", #""1.4""#),
        ("listen", "[':1', { address: '[::1]:2' }]", #"[":1", "[::1]:2"]"#),
        ("admin", "'unix:/a'", #""unix:/a""#), ("workers", "'auto'", #""auto""#),
        ("upstream.endpoints", "['a:1', 'unix:/b']", #"["a:1", "unix:/b"]"#),
        ("upstream.engine", "'vllm'", #""vllm""#),
        ("upstream.balance", "'roundRobin'", #""roundRobin""#),
        ("upstream.keepAlive", "'0s'", #""0s""#), ("upstream.maxConnections", "0x10", "16"),
        ("upstream.hashOn", "'header:X-User'", #""header:x-user""#),
        ("timeouts.connect", "'250ms'", #""250ms""#), ("timeouts.header", "'2m'", #""120s""#),
        ("timeouts.firstByte", "null", "null"), ("timeouts.idle", "'1.5s'", #""1500ms""#),
        ("timeouts.clientIdle", "'1h'", #""1h""#), ("timeouts.halfClose", "null", "null"),
        ("timeouts.total", "'90s'", #""90s""#), ("retry.attempts", "1", "1"),
        ("retry.on", "['504', 'connect']", #"["connect", "504"]"#),
        ("retry.budget.ratio", "1", "1"), ("retry.budget.floor", "0", "0"),
        ("retry.backoff.base", "'50ms'", #""50ms""#), ("retry.backoff.max", "'1s'", #""1s""#),
        ("retry.replayBody", "'1MiB'", #""1MiB""#), ("retry.maxRetryAfter", "'0s'", #""0s""#),
        ("retry.trustIdempotencyKey", "true", "true"), ("retry.nonIdempotent", "true", "true"),
        ("breaker.consecutiveFailures", "9", "9"), ("breaker.failureRate", ".25", "0.25"),
        ("breaker.minimumCalls", "2", "2"), ("breaker.window", "'60s'", #""60s""#),
        ("breaker.slowCall.firstByte", "'20s'", #""20s""#), ("breaker.slowCall.rate", "0.5", "0.5"),
        ("breaker.openFor", "'1s'", #""1s""#), ("breaker.maxOpenFor", "'90s'", #""90s""#),
        ("breaker.jitter", "0", "0"), ("breaker.halfOpenProbes", "2", "2"),
        ("breaker.rampUp", "'0s'", #""0s""#), ("admission.concurrency", "1", "1"),
        ("admission.queue", "0", "0"), ("admission.queueTimeout", "'1s'", #""1s""#),
        ("admission.shadow", "true", "true"), ("admission.priorities", "false", "false"),
        ("upstream.protocol", "'h2c'", #""h2c""#),
        (
            "upstream.tls", "{ verify: false, name: 'x' }",
            #"{"ca": null, "name": "x", "verify": false, "cert": null, "key": null}"#
        ),
        ("health.type", "'tcp'", #""tcp""#), ("health.path", "'/up'", #""/up""#),
        ("health.interval", "'1s'", #""1s""#), ("health.timeout", "'1s'", #""1s""#),
        ("health.unhealthyAfter", "2", "2"), ("health.healthyAfter", "2", "2"),
        ("health.modelLoadedCheck", "false", "false"),
        ("health.breakerFailsReadiness", "true", "true"),
        ("health.stalledAfter", "'30s'", #""30s""#), ("health.faultPatterns", "[]", "[]"),
        ("limits.uri", "'8KiB'", #""8KiB""#), ("limits.requestHeaders", "'32KiB'", #""32KiB""#),
        ("limits.responseHeaders", "'32KiB'", #""32KiB""#), ("limits.headerCount", "64", "64"),
        ("limits.requestBody", "'1GiB'", #""1GiB""#), ("limits.connections", "5", "5"),
        ("limits.handshakes", "500", "500"), ("limits.bufferMemory", "'64MiB'", #""64MiB""#),
        ("trustedPeers", "['10.0.0.0/8', 'unix']", #"["unix", "10.0.0.0/8"]"#),
        ("adminToken", "'secret'", #""•••""#),
        (
            "fallback", "{ status: 503, headers: { 'X-A': 'b' }, body: 'c' }",
            #"{"status": 503, "headers": {"X-A": "b"}, "body": "c"}"#
        ),
        (
            "faults", "{ delay: '1s', abort: 500, fraction: 0.5, match: '/a' }",
            #"{"delay": "1s", "abort": 500, "fraction": 0.5, "match": "/a"}"#
        ),
        ("identity.mode", "'off'", #""off""#),
        (
            "identity.keys", "'a secret that is long enough for it'",
            #"[{"id": "", "secret": "•••"}]"#
        ),
        ("telemetry.sample", "1", "1"), ("telemetry.propagators", "['b3']", #"["b3"]"#),
        ("telemetry.accessLog", "{ file: '/l' }", #"{"file": "/l"}"#),
        ("drain.delay", "'0s'", #""0s""#), ("drain.timeout", "'1h'", #""1h""#),
    ]

    @Test(arguments: samples)
    func `each key takes a value and leaves all others alone`(
        _ path: String,
        _ value: String,
        _ shown: String
    ) throws {
        let text = ConfigText.setting(path, to: value)
        let changed = try ConfigText(text, allowsFaults: true).load().effective.tree
        let fresh = try ConfigText("{}").load().effective.tree

        #expect(changed.at(path + ".value")?.line == shown)
        let others = ConfigKey<SidecarConfig>.sidecar.map(\.path).filter {
            $0 != path && changed.at($0 + ".value") != fresh.at($0 + ".value")
        }
        #expect(others.isEmpty)
    }

    @Test func `the samples leave out no key that can be set`() {
        // Those of certificates are tested with certificates.
        let sampled = Set(Self.samples.map(\.path) + ["outbound", "tls", "adminTls"])

        let keys = ConfigKey<SidecarConfig>.sidecar.filter { $0.type != "reserved" }
        #expect(keys.map(\.path).filter { !sampled.contains($0) }.isEmpty)
    }

    @Test(arguments: [
        "rateLimits", "quotas", "cache", "transform", "guard",
        "mask", "pricing", "drift", "store",
        "admission.adaptive", "telemetry.otlp",
    ])
    func `a key whose time has not come takes only its default`(_ path: String) {
        let problems = ConfigText(ConfigText.setting(path, to: "'surprise'")).problems

        #expect(problems.count == 1)
        #expect(problems.first?.hasSuffix("\(path): not supported by this build") == true)
    }

    @Test func `an outbound entry has upstream's keys flat and policies beside them`() throws {
        let text = """
            { outbound: [{
                listen: "127.0.0.1:4100", service: "embeddings", endpoints: ["e:4000"],
                engine: "tgi", maxConnections: 2, retry: { attempts: 1 },
                breaker: { openFor: "1s" }, admission: { queue: 3 }, health: { type: "tcp" },
            }] }
            """

        let outbound = try #require(try ConfigText(text).sidecar().outbound.first)

        #expect(outbound.listen == .host("127.0.0.1", port: 4100))
        #expect(outbound.service == "embeddings")
        #expect(outbound.upstream.endpoints == [.host("e", port: 4000)])
        #expect(outbound.upstream.engine == .tgi)
        #expect(outbound.upstream.health.kind == .tcp)
    }

    @Test func `an outbound entry must say where, what and whither`() {
        let problems = ConfigText("{ outbound: [{}] }").problems

        #expect(
            problems
                == ["listen", "service", "endpoints"].map {
                    "s.json5:1:14: outbound[0]: lacks the key \"\($0)\""
                }
        )
    }
}
