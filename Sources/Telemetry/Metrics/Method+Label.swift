package import Wire

/// The value of `http_request_method`, in metrics and in the log.
extension Method {
    /// The method's name, `_OTHER` for unknown ones as OpenTelemetry's conventions want it.
    package var label: StaticString {
        if case .other = self { "_OTHER" } else { name }
    }
}
