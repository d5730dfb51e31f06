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
}
