extension ProxyConfig {
    /// One line that says what would run.
    package var summary: String {
        switch self {
        case .sidecar(let config): config.summary
        case .gateway(let config): config.summary
        }
    }
}
