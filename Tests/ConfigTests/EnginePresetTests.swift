import Testing

@testable import Config

@Suite struct EnginePresetTests {
    @Test(arguments: [
        (Engine.generic, ["/readyz", "/health", "/healthz"]), (.vllm, ["/health"]),
        (.sglang, ["/health"]), (.tgi, ["/health"]), (.triton, ["/v2/health/ready"]),
        (.llamacpp, ["/health"]), (.ollama, ["/api/version", "/"]),
        (.openInference, ["/v2/health/ready"]), (.torchserve, ["/ping"]),
        (.tfserving, ["/v1/models/model"]),
    ])
    func `each engine is asked where it answers`(_ engine: Engine, _ paths: [String]) {
        #expect(engine.preset.healthPaths == paths)
    }

    @Test func `a loading llama.cpp says 503, a loading triton says 400`() {
        #expect(Engine.llamacpp.preset.loadingStatuses == [503])
        #expect(Engine.triton.preset.loadingStatuses == [400])
        #expect(Engine.vllm.preset.loadingStatuses.isEmpty)
    }

    @Test func `only OpenAI-shaped engines are asked for their models`() {
        let engines = Engine.allCases.filter { $0.preset.modelListPath != nil }

        #expect(engines == [.vllm, .sglang, .llamacpp])
    }

    @Test func `an unknown engine's open port counts as alive`() {
        #expect(Engine.generic.preset.acceptsConnectionAsAlive)
        #expect(!Engine.vllm.preset.acceptsConnectionAsAlive)
    }
}
