package import Wire

/// The value of `http_request_method`, in metrics and in the log.
extension Method {
    /// The method's name, `_OTHER` for unknown ones as OpenTelemetry's conventions want it.
    package var label: StaticString {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .patch: "PATCH"
        case .trace: "TRACE"
        case .connect: "CONNECT"
        case .other: "_OTHER"
        }
    }
}
