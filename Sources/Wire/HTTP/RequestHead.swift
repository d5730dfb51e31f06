package import Base

/// The head of a request: one block of bytes and where its parts stand in it.
///
/// Reused for each request on a connection; `reset` keeps the memory. Every range refers to
/// `fields.bytes`.
package struct RequestHead: Sendable {
    /// The protocol that the client asks to switch to (RFC 9110 §7.8).
    package enum Upgrade: Sendable, Hashable {
        case none
        /// Of a GET in HTTP/1.1 whose `Connection` names `upgrade` (RFC 6455 §4.1), or of an
        /// extended CONNECT in HTTP/2, which is a GET here (RFC 8441 §5).
        case webSocket
    }

    package var fields = Fields()
    package var method = Method.other
    package var methodRange = 0..<0
    /// The request line with its CRLF, when it came as it is forwarded; else empty.
    package internal(set) var startLine = 0..<0
    /// Path and query as they are forwarded; `*`, or the authority of a CONNECT.
    ///
    /// Of an absolute form only what follows the authority (RFC 9112 §3.2.2).
    package var target = 0..<0
    /// Whether an absolute form came without path, so that `/` (or `*`) stands before `target`.
    package var isTargetImplied = false
    /// Whether an absolute form says https, whatever the connection is.
    package var isSecureScheme = false
    /// `target` without its query.
    package var path = 0..<0
    /// The host asked for: what the target says (or `:authority`), else the value of `Host`.
    package var authority = 0..<0
    /// Whether `authority` came with the target, so that it wins over `Host` (RFC 9112 §3.2.2).
    package var isAuthorityInTarget = false
    /// The x of HTTP/1.x; 1 for anything higher.
    package var minorVersion: UInt8 = 1
    package var framing = BodyFraming.none
    /// Whether the client keeps the connection open for another request (RFC 9112 §9.3).
    package var isKeptAlive = true
    /// Whether the client waits for a 100 before it sends its body (RFC 9110 §10.1.1).
    package var expectsContinue = false
    package var upgrade = Upgrade.none

    package init() {}

    /// Forgets everything and keeps the memory for the next request.
    package mutating func reset() {
        fields.reset()
        method = .other
        methodRange = 0..<0
        startLine = 0..<0
        target = 0..<0
        isTargetImplied = false
        isSecureScheme = false
        path = 0..<0
        authority = 0..<0
        isAuthorityInTarget = false
        minorVersion = 1
        framing = .none
        isKeptAlive = true
        expectsContinue = false
        upgrade = .none
    }

    /// What stands before `target` in a forwarded request line, if anything.
    package var impliedTarget: StaticString {
        guard isTargetImplied else { return "" }
        return method == .options && target.isEmpty ? "*" : "/"
    }

    /// Appends the method and the target to be forwarded, with one space between.
    package func appendMethodAndTarget(to output: inout ByteBuffer) {
        let bytes = fields.bytes.span
        output.append(bytes, methodRange)
        output.append(UInt8(ascii: " "))
        if isTargetImplied { output.append(impliedTarget) }
        output.append(bytes, target)
    }
}
