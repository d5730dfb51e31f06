import Base
import Config
import Wire

/// How one upstream's endpoints are asked for their health, and what their answers mean.
struct ProbePlan: Sendable, Hashable {
    enum Verdict: Sendable, Hashable {
        case alive
        /// This page, or call, does not exist here; another may.
        case nextPage
        case loading(String)
        case failed(String)
        /// It said itself that its time was over, before we did.
        case timedOut
    }

    /// Pages in the order in which they are tried; empty when a connection is all that is asked.
    var paths: [String] = []
    /// Calls of gRPC that are tried in the same way, instead of pages.
    var calls: [HealthCall] = []
    /// The one path, or service, was configured, so that its absence is a failure.
    var isOwnPath = false
    var loadingStatuses: [Int] = []
    /// Without any page, an accepted connection counts.
    var acceptsConnection = true
    /// Where the models are listed that must be loaded.
    var modelListPath: String?
    var timeout: Nanoseconds = .seconds(2)

    /// A question that a sidecar answers itself, of its load and its model (RFC 9110 §7.6.2).
    static let sidecarItself = "*"

    init(_ config: UpstreamConfig) {
        timeout = config.health.timeout
        if config.peer == .sidecar, config.health.kind == .tcp {
            paths = [Self.sidecarItself]
            return
        }
        isOwnPath = config.health.path != nil
        switch config.health.kind {
        case .http:
            // Pages are asked for in HTTP/1.1; of a model that does not speak it, a connection
            // is all that can be asked.
            if config.speech.isHTTP1Spoken || isOwnPath { askPages(config) }
        case .grpc:
            // Who answers that it knows neither is a server of gRPC, and that is enough.
            calls = [.check(service: config.health.path ?? ""), .serverReady]
        case .tcp: break
        }
    }

    private mutating func askPages(_ config: UpstreamConfig) {
        let preset = config.engine.preset
        paths = config.health.path.map { [$0] } ?? preset.healthPaths
        loadingStatuses = preset.loadingStatuses
        acceptsConnection = preset.acceptsConnectionAsAlive && !isOwnPath
        modelListPath = config.health.modelLoadedCheck ? preset.modelListPath : nil
    }

    /// What the status of a health page says.
    ///
    /// Of a model that was not ready yet, 503 means that it still loads; later it is a failure,
    /// unless the engine says it for nothing else.
    func judge(status: Int, path: String, isLoading: Bool) -> Verdict {
        if loadingStatuses.contains(status) || (status == 503 && isLoading) {
            return .loading("\(path) answered \(status)")
        }
        if isOwnPath {
            return status < 400 ? .alive : .failed("\(path) answered \(status)")
        }
        if status == 404 || status == 405 { return .nextPage }
        return status < 500 ? .alive : .failed("\(path) answered \(status)")
    }

    /// What the list of models says; only a list that is there and empty speaks against it.
    func judgeModels(status: Int, body: Span<UInt8>, path: String) -> Verdict {
        if status >= 500 { return .failed("\(path) answered \(status)") }
        guard status == 200 else { return .alive }
        var scanner = JSONScanner()
        guard JSONPath.seek(["data"], in: body, &scanner) == .beginArray else { return .alive }
        // What cannot be read is unknown, not empty.
        let isEmpty = (try? scanner.next(body)) == .endArray
        return isEmpty ? .loading("\(path) lists no model") : .alive
    }
}
