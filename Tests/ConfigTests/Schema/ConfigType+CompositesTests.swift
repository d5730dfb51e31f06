import Testing

@testable import Config

@Suite struct ConfigTypeCompositesTests {
    @Test(arguments: [
        ("upstream.engine", "'vlm'", "\"vlm\" is not an engine, did you mean \"vllm\"?"),
        (
            "upstream.balance", "'best'",
            "\"best\" is not a way of balancing; "
                + "valid are leastRequest, roundRobin, consistentHash"
        ),
        ("upstream.engine", "7", "must be a string, not a number"),
        ("health.type", "'udp'", "\"udp\" is not a kind of check; valid are http, grpc, tcp"),
        ("upstream.endpoints", "[]", "must have 1 to 64 entries, not 0"),
        ("upstream.endpoints", "'a:1'", "must be a list, not a string"),
    ])
    func `a bad word or list is told with what is good`(
        _ path: String,
        _ value: String,
        _ message: String
    ) {
        let problems = ConfigText(ConfigText.setting(path, to: value)).problems

        #expect(problems.count == 1)
        #expect(problems.first?.hasSuffix(": \(path): \(message)") == true, "\(problems)")
    }

    @Test func `an element is named by its index`() {
        let problems = ConfigText("{ retry: { on: ['connect', 'conect', 502] } }").problems

        #expect(
            problems == [
                "s.json5:1:28: retry.on[1]: \"conect\" is not a condition, did you mean \"connect\"?",
                "s.json5:1:38: retry.on[2]: must be a string, not a number",
            ]
        )
    }

    @Test func `an object that may be null keeps the defaults of keys left out`() throws {
        let fallback = try ConfigText("{ fallback: { body: 'b' } }").load().config.server.fallback

        #expect(fallback?.status == 200)
        #expect(fallback?.body == "b")
    }
}
