/// The habits of a model server: where to ask for its health and what its answers mean.
///
/// Data, so that a new engine is an entry and not code. An absent metric is unknown, never
/// zero: engines rename them, and some serve none.
package struct EnginePreset: Sendable, Hashable {
    /// Asked in order: 404 and 405 mean try the next, any other status settles it.
    package var healthPaths: [String]
    /// Statuses of the health answer that mean "still loading" rather than "broken".
    package var loadingStatuses: [Int] = []
    /// Whether an accepted connection counts as alive when no health path exists.
    package var acceptsConnectionAsAlive = false
    /// Where an OpenAI-shaped engine lists its models; an empty list means not loaded.
    package var modelListPath: String?
    package var metrics: Metrics?

    /// Where the engine's own load can be read, in Prometheus text.
    package struct Metrics: Sendable, Hashable {
        package var path = "/metrics"
        /// The engine's other port for metrics; `nil` when it is the serving port.
        package var port: UInt16?
        /// Names of "requests being worked on", newest spelling first.
        package var running: [String] = []
        /// Names of "requests waiting", newest spelling first.
        package var waiting: [String] = []
    }
}

extension Engine {
    /// What is known about this engine.
    package var preset: EnginePreset {
        switch self {
        case .generic:
            EnginePreset(
                healthPaths: ["/readyz", "/health", "/healthz"],
                acceptsConnectionAsAlive: true
            )
        case .vllm:
            // Listens only once its weights are loaded; `/health` fails when the engine died.
            EnginePreset(
                healthPaths: ["/health"],
                modelListPath: "/v1/models",
                metrics: .init(
                    running: ["vllm:num_requests_running"],
                    waiting: ["vllm:num_requests_waiting"]
                )
            )
        case .sglang:
            // `/health` and not `/health_generate`, which spends GPU time on every question.
            EnginePreset(
                healthPaths: ["/health"],
                loadingStatuses: [503],
                modelListPath: "/v1/models",
                metrics: .init(
                    running: ["sglang:num_running_reqs"],
                    waiting: ["sglang:num_queue_reqs"]
                )
            )
        case .tgi:
            EnginePreset(
                healthPaths: ["/health"],
                metrics: .init(running: ["tgi_batch_current_size"], waiting: ["tgi_queue_size"])
            )
        case .triton:
            // "Not ready" is 400; the metrics have their own port.
            EnginePreset(
                healthPaths: ["/v2/health/ready"],
                loadingStatuses: [400],
                metrics: .init(port: 8002, waiting: ["nv_inference_pending_request_count"])
            )
        case .llamacpp:
            EnginePreset(
                healthPaths: ["/health"],
                loadingStatuses: [503],
                modelListPath: "/v1/models",
                metrics: .init(
                    running: ["llamacpp:requests_processing"],
                    waiting: ["llamacpp:requests_deferred"]
                )
            )
        case .ollama:
            // Loads models on demand: being up is all that it can say.
            EnginePreset(healthPaths: ["/api/version", "/"])
        case .openInference:
            // The protocol leaves the status open; servers in use answer 400 or 503.
            EnginePreset(healthPaths: ["/v2/health/ready"], loadingStatuses: [400, 503])
        case .torchserve:
            EnginePreset(healthPaths: ["/ping"])
        case .tfserving:
            // There is no list of models; `model` is the name the official image serves.
            EnginePreset(
                healthPaths: ["/v1/models/model"],
                acceptsConnectionAsAlive: true,
                metrics: .init(path: "/monitoring/prometheus/metrics")
            )
        }
    }
}
