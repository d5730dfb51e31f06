import Base
import Crypto
import Telemetry
import Wire

/// What proves in HTTP/1.1 that a WebSocket was meant (RFC 6455 §4); HTTP/2 knows nothing of it.
///
/// Where only one side speaks HTTP/2, we are the other's peer in this.
enum WebSocketHandshake {
    /// What every server hashes behind the key (RFC 6455 §1.3).
    private static let name = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    /// The key of a request that came without one: 16 bytes of its random identifiers.
    static func key(_ high: UInt64, _ low: UInt64) -> [UInt8] {
        var nonce = ByteBuffer()
        for word in [high, low] {
            for shift in stride(from: 56, through: 0, by: -8) {
                nonce.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
        return nonce.withReadable { base64($0) }
    }

    /// What a server answers to `key`.
    static func accept(_ key: Span<UInt8>) -> [UInt8] {
        var input = ByteBuffer()
        input.append(key)
        input.append(name)
        let digest = input.withReadable { Digest.sha1($0) }
        return base64(digest.span)
    }

    /// Base64 with padding (RFC 4648 §4).
    private static func base64(_ bytes: Span<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        Base64URL.append(bytes, to: &text)
        for index in text.indices {
            switch text[index] {
            case UInt8(ascii: "-"): text[index] = UInt8(ascii: "+")
            case UInt8(ascii: "_"): text[index] = UInt8(ascii: "/")
            default: break
            }
        }
        while text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
        return text
    }
}

extension Exchange {
    /// The key that the request has, or gets because it came in HTTP/2.
    private var webSocketKey: [UInt8] {
        mutating get {
            if let value = request.fields.firstThatCame(.secWebSocketKey) {
                return request.fields.withBytes { bytes in value.map { bytes[$0] } }
            }
            return WebSocketHandshake.key(record.spanID, UInt64(truncatingIfNeeded: trace.traceID))
        }
    }

    /// Shows a model that speaks HTTP/1.1 the key that a client of HTTP/2 did not have.
    mutating func appendWebSocketKey(to output: inout ByteBuffer) {
        guard !request.fields.contains(.secWebSocketKey) else { return }
        output.append("sec-websocket-key: ")
        output.append(webSocketKey)
        output.append("\r\n")
    }

    /// Shows a client that speaks HTTP/1.1 that its key was understood.
    mutating func appendWebSocketAccept(to output: inout ByteBuffer) {
        guard clientStream.id == nil, !response.fields.contains(.secWebSocketAccept) else { return }
        output.append("sec-websocket-accept: ")
        output.append(WebSocketHandshake.accept(webSocketKey.span))
        output.append("\r\n")
    }

    /// A WebSocket that a model has taken up in HTTP/2 (RFC 8441 §5), told as in HTTP/1.1.
    mutating func noteExtendedConnect() {
        if isUpgrade, 200..<300 ~= response.status { response.status = 101 }
    }

    /// Whether a success that is no WebSocket would look like one to a client of HTTP/2, where any
    /// success of an extended CONNECT is one (RFC 8441 §5).
    var looksLikeSocket: Bool {
        mutating get {
            clientStream.id != nil && isUpgrade && 200..<300 ~= response.status
        }
    }

    /// Whether a model has understood the key that we made; a client checks its own.
    mutating func acceptsWebSocket() -> Bool {
        guard clientStream.id != nil, modelStream.id == nil else { return true }
        guard let value = response.fields.first(.secWebSocketAccept) else { return false }
        let expected = WebSocketHandshake.accept(webSocketKey.span)
        return response.fields.withBytes { $0.extracting(value).elementsEqual(expected) }
    }
}

extension Span<UInt8> {
    fileprivate func elementsEqual(_ other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where self[index] != other[index] { return false }
        return true
    }
}
