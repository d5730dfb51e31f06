package import Wire

extension Reason {
    /// How a call of gRPC that is refused for this reason ends.
    package var grpcStatus: GRPCStatus {
        switch self {
        case .unauthenticated: .unauthenticated
        case .forbidden: .permissionDenied
        case .noRoute, .methodNotAllowed, .unsupportedCoding: .unimplemented
        case .deadlineExceeded, .firstByteTimeout: .deadlineExceeded
        case .requestTimeout, .clientGone: .cancelled
        case .internalError, .upstreamProtocolError: .internal
        default: Self.grpcStatus(ofClass: status)
        }
    }

    private static func grpcStatus(ofClass status: Int) -> GRPCStatus {
        switch status {
        case 413, 414, 429, 431: .resourceExhausted
        case 400..<500: .invalidArgument
        default: .unavailable
        }
    }
}
