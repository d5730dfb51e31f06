import Config
import Testing
import Wire

@testable import Proxy

@Suite struct CheckScriptTests {
    private func script(
        _ engine: Engine,
        _ change: (inout HealthConfig) -> Void = { _ in }
    )
        -> CheckScript
    {
        var config = UpstreamConfig()
        config.engine = engine
        change(&config.health)
        return CheckScript(ProbePlan(config))
    }

    private func answer(
        _ script: inout CheckScript,
        _ status: Int,
        _ text: String = ""
    ) -> CheckScript.Next {
        let body = Array(text.utf8)
        return script.answered(status: status, body: body.span)
    }

    @Test func `pages that are missing lead to the next`() {
        var script = script(.generic)

        #expect(script.begin(isLoading: true) == .ask("/readyz"))
        #expect(answer(&script, 404) == .ask("/health"))
        #expect(answer(&script, 405) == .ask("/healthz"))
        #expect(answer(&script, 200) == .over(.alive))
    }

    @Test func `the page that settled a check is asked first next time`() {
        var script = script(.generic)
        _ = script.begin(isLoading: true)
        _ = answer(&script, 404)
        _ = answer(&script, 200)

        #expect(script.begin(isLoading: false) == .ask("/health"))
        #expect(answer(&script, 404) == .ask("/healthz"))
        #expect(answer(&script, 404) == .ask("/readyz"))
        #expect(answer(&script, 200) == .over(.alive))
    }

    @Test func `without any page a connection counts for a generic model`() {
        var script = script(.generic)
        _ = script.begin(isLoading: true)
        _ = answer(&script, 404)
        _ = answer(&script, 404)

        #expect(answer(&script, 404) == .over(.alive))
    }

    @Test func `an engine that must have its page has failed without it`() {
        var script = script(.vllm)
        _ = script.begin(isLoading: true)

        #expect(answer(&script, 404) == .over(.failed("no health page answered")))
    }

    @Test func `an alive engine is asked for its models`() {
        var script = script(.vllm)

        #expect(script.begin(isLoading: true) == .ask("/health"))
        let wantedBefore = script.wantsBody
        #expect(answer(&script, 200) == .ask("/v1/models"))
        #expect(!wantedBefore && script.wantsBody)
        let empty = answer(&script, 200, #"{"data":[]}"#)
        #expect(empty == .over(.loading("/v1/models lists no model")))
        #expect(script.begin(isLoading: true) == .ask("/health"))
        _ = answer(&script, 200)
        #expect(answer(&script, 200, #"{"data":[1]}"#) == .over(.alive))
    }

    @Test func `a tcp check only connects`() {
        var script = script(.generic) { $0.kind = .tcp }

        #expect(script.begin(isLoading: true) == .connect)
        #expect(script.connected() == .over(.alive))
    }

    @Test func `a failing page is not followed by another`() {
        var script = script(.generic)
        _ = script.begin(isLoading: false)

        #expect(answer(&script, 500) == .over(.failed("/readyz answered 500")))
    }

    private func answer(
        _ script: inout CheckScript,
        _ status: GRPCStatus?,
        _ message: [UInt8]? = []
    ) -> CheckScript.Next {
        script.answered(GRPCCall.Answer(httpStatus: 200, status: status, message: message))
    }

    @Test func `a server of gRPC is asked by Check`() {
        var script = script(.generic) { $0.kind = .grpc }

        #expect(script.begin(isLoading: true) == .call(.check(service: "")))
        #expect(answer(&script, .ok, [8, 1]) == .over(.alive))
    }

    @Test func `without Check it is asked as a server of models, then so first`() {
        var script = script(.triton) { $0.kind = .grpc }
        _ = script.begin(isLoading: true)

        #expect(answer(&script, .unimplemented) == .call(.serverReady))
        #expect(answer(&script, .ok, [8, 1]) == .over(.alive))
        #expect(script.begin(isLoading: false) == .call(.serverReady))
        #expect(answer(&script, .unimplemented) == .call(.check(service: "")))
        #expect(answer(&script, .ok, [8, 1]) == .over(.alive))
    }

    @Test func `a server of gRPC that knows neither is alive`() {
        var script = script(.generic) { $0.kind = .grpc }
        _ = script.begin(isLoading: true)
        _ = answer(&script, .unimplemented)

        #expect(answer(&script, .unimplemented) == .over(.alive))
    }

    @Test func `a service that was named must be known`() {
        var script = script(.generic) { health in
            health.kind = .grpc
            health.path = "a.B"
        }

        #expect(script.begin(isLoading: true) == .call(.check(service: "a.B")))
        let lacking = answer(&script, .unimplemented)
        #expect(lacking == .over(.failed("Check ended with grpc-status 12")))
    }
}
