import Testing

@testable import Config

@Suite struct EngineTests {
    @Test func `every engine that is promised can be named`() {
        let names = [
            "generic", "vllm", "sglang", "tgi", "triton", "llamacpp", "ollama", "openInference",
            "torchserve", "tfserving",
        ]

        #expect(Engine.allCases.map(\.rawValue) == names)
    }
}
