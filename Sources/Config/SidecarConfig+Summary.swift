import Policy

extension SidecarConfig {
    /// One line that says what would run.
    package var summary: String {
        let listeners = server.listen.map(\.address.description).joined(separator: ", ")
        let endpoints = upstream.endpoints.map(\.description).joined(separator: ", ")
        let attempts = upstream.retry.attempts == 1 ? "1 try" : "\(upstream.retry.attempts) tries"
        let parts = [
            "sidecar \"\(server.service)\" \(listeners) -> \(endpoints) (\(upstream.engine.rawValue))",
            server.admin.map { "admin \($0)" } ?? "no admin port",
            attempts,
            "\(upstream.admission.concurrency) at once and \(upstream.admission.queue) waiting",
        ]
        let more = outbound.isEmpty ? [] : ["\(outbound.count) outbound"]
        return (parts + more).joined(separator: ", ")
    }
}
