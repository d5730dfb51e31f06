import Base

/// How a call of gRPC ended: `grpc-status` (gRPC over HTTP/2, "Responses").
package enum GRPCStatus: UInt8, Sendable, Hashable, CaseIterable {
    case ok
    case cancelled
    case unknown
    case invalidArgument
    case deadlineExceeded
    case notFound
    case alreadyExists
    case permissionDenied
    case resourceExhausted
    case failedPrecondition
    case aborted
    case outOfRange
    case unimplemented
    case `internal`
    case unavailable
    case dataLoss
    case unauthenticated

    /// Reads the value of `grpc-status`; what nobody knows counts as `unknown`.
    package init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        guard let number = bytes.decimal(range), number <= 16 else {
            self = .unknown
            return
        }
        self = Self(rawValue: UInt8(number)) ?? .unknown
    }

    /// Whether it says that the server failed, and not the caller.
    package var isServerFailure: Bool {
        switch self {
        case .unavailable, .internal, .unknown, .dataLoss: true
        default: false
        }
    }

    /// Whether a message of this media type belongs to gRPC: `application/grpc`, perhaps with
    /// `+proto` and its like behind, but not gRPC-Web.
    package static func isContentType(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        let name = 16
        guard range.count >= name,
            bytes.equalsIgnoringCase(
                "application/grpc",
                range.lowerBound..<range.lowerBound + name
            )
        else { return false }
        guard range.count > name else { return true }
        let next = bytes[range.lowerBound + name]
        return next == UInt8(ascii: "+") || next == UInt8(ascii: ";") || next == 32
    }
}
