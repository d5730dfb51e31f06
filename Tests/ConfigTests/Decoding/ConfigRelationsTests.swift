import Testing

@testable import Config

@Suite struct ConfigRelationsTests {
    @Test(arguments: [
        (
            "{ breaker: { openFor: '90s' } }",
            "s.json5:1:14: breaker.openFor: breaker.openFor must not be longer than breaker.maxOpenFor"
        ),
        (
            "{ breaker: { maxOpenFor: '1s' } }",
            "s.json5:1:14: breaker.maxOpenFor: "
                + "breaker.openFor must not be longer than breaker.maxOpenFor"
        ),
        (
            "{ retry: { backoff: { base: '1s' } } }",
            "s.json5:1:23: retry.backoff.base: backoff.base must not be longer than backoff.max"
        ),
        (
            "{ upstream: { balance: 'consistentHash' } }",
            "s.json5:1:15: upstream.balance: \"consistentHash\" needs hashOn, "
                + "such as \"header:x-session\""
        ),
        (
            "{ upstream: { endpoints: ['a:1', 'a:1'] } }",
            "s.json5:1:15: upstream.endpoints: names an endpoint twice"
        ),
        (
            "{ limits: { requestHeaders: '8KiB' } }",
            "s.json5:1:13: limits.requestHeaders: "
                + "limits.uri must not exceed limits.requestHeaders, which includes it"
        ),
        (
            "{ retry: { replayBody: '64MiB' } }",
            "s.json5:1:12: retry.replayBody: "
                + "retry.replayBody must not exceed limits.bufferMemory"
        ),
        (
            "{ health: { path: 'a' } }",
            "s.json5:1:13: health.path: must begin with \"/\""
        ),
        (
            "{ health: { type: 'grpc', path: '/a' } }",
            "s.json5:1:27: health.path: "
                + "names a service when health.type is \"grpc\", not a path"
        ),
        ("{ admin: ':4000' }", "s.json5:1:3: admin: :4000 is taken by listen too"),
        ("{ listen: [':1', '0.0.0.0:1'] }", "s.json5:1:3: listen: 0.0.0.0:1 is taken twice"),
        (
            "{ upstream: { endpoints: ['localhost:4000'] } }",
            "s.json5:1:15: upstream.endpoints: localhost:4000 is the sidecar's own listener :4000: "
                + "it would forward to itself"
        ),
        (
            "{ outbound: [{ listen: ':1', service: 'a', endpoints: ['b:1'], "
                + "breaker: { openFor: '61s' } }] }",
            "s.json5:1:75: outbound[0].breaker.openFor: "
                + "breaker.openFor must not be longer than breaker.maxOpenFor"
        ),
    ])
    func `keys that contradict each other are told where they were written`(
        _ text: String,
        _ problem: String
    ) {
        #expect(ConfigText(text).problems == [problem])
    }

    @Test func `a check of gRPC may name a service`() throws {
        let health = try ConfigText("{ health: { type: 'grpc', path: 'a.B' } }").sidecar()
            .upstream.health

        #expect(health.kind == .grpc && health.path == "a.B")
    }

    @Test func `a value with a problem of its own is not compared`() {
        #expect(ConfigText("{ breaker: { openFor: '61s', maxOpenFor: 5 } }").problems.count == 1)
    }

    @Test func `the same port on two addresses is no collision, nor are two free ports`() {
        let texts = [
            "{ listen: ['127.0.0.1:1', '127.0.0.2:1'] }", "{ listen: [':0'], admin: ':0' }",
        ]

        #expect(texts.flatMap { ConfigText($0).problems }.isEmpty)
    }
}
