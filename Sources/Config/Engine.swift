/// Which model server stands behind the sidecar; its habits are data, see `EnginePreset`.
package enum Engine: String, Sendable, CaseIterable {
    case generic
    case vllm
    case sglang
    case tgi
    case triton
    case llamacpp
    case ollama
    case openInference
    case torchserve
    case tfserving
}
