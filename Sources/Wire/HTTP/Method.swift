import Base

/// A request method (RFC 9110 §9, RFC 5789).
package enum Method: UInt8, Sendable, CaseIterable {
    case get
    case head
    case post
    case put
    case delete
    case options
    case patch
    case trace
    case connect
    /// Any other token; forwarded as it came, never retried.
    case other

    /// The method that the bytes in `range` name; methods are case-sensitive (RFC 9110 §9.1).
    package init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        self =
            switch range.count {
            case 3:
                bytes.equals("GET", range) ? .get : bytes.equals("PUT", range) ? .put : .other
            case 4:
                bytes.equals("POST", range) ? .post : bytes.equals("HEAD", range) ? .head : .other
            case 5:
                bytes.equals("PATCH", range)
                    ? .patch : bytes.equals("TRACE", range) ? .trace : .other
            case 6: bytes.equals("DELETE", range) ? .delete : .other
            case 7:
                bytes.equals("OPTIONS", range)
                    ? .options : bytes.equals("CONNECT", range) ? .connect : .other
            default: .other
            }
    }

    /// The method as it is written on the wire; empty for `other`.
    package var name: StaticString {
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
        case .other: ""
        }
    }

    /// Whether sending it twice means the same as sending it once (RFC 9110 §9.2.2).
    package var isIdempotent: Bool {
        switch self {
        case .get, .head, .put, .delete, .options, .trace: true
        case .post, .patch, .connect, .other: false
        }
    }
}
