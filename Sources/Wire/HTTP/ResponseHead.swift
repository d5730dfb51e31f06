/// The head of a response: one block of bytes and where its parts stand in it.
///
/// Every range refers to `fields.bytes`; `reset` keeps the memory.
package struct ResponseHead: Sendable {
    package var fields = Fields()
    /// Three digits, 100 to 999; a class the product does not know counts as its x00.
    package var status = 0
    /// The x of HTTP/1.x; 1 for anything higher.
    package var minorVersion: UInt8 = 1
    package var reasonRange = 0..<0
    /// The status line with its CRLF, when it came as it is forwarded; else empty.
    package internal(set) var startLine = 0..<0
    /// How the body ends, given the method that this response answers (RFC 9112 §6.3).
    package var framing = BodyFraming.none
    /// Whether the connection can carry another request (RFC 9112 §9.3).
    package var isKeptAlive = true
    /// Whether the body is `text/event-stream` and not content-encoded.
    package var isEventStream = false

    package init() {}

    /// Whether another response follows to the same request (RFC 9110 §15.2).
    package var isInterim: Bool { status < 200 && status != 101 }
    /// Whether the connection changes its protocol after this head (RFC 9110 §15.2.2).
    package var isSwitch: Bool { status == 101 }

    /// Forgets everything and keeps the memory for the next response.
    package mutating func reset() {
        fields.reset()
        status = 0
        minorVersion = 1
        reasonRange = 0..<0
        startLine = 0..<0
        framing = .none
        isKeptAlive = true
        isEventStream = false
    }
}
